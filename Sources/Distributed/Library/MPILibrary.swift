import Foundation

/// An MPI library, opened at run time, so that building needs none of its files.
///
/// All of its functions are called on the communication thread.
struct MPILibrary: @unchecked Sendable {
  typealias Buffer = UnsafeMutableRawPointer?
  typealias Counts = UnsafeMutablePointer<Int32>
  typealias Out = UnsafeMutablePointer<MPIHandle>
  typealias OutInt = UnsafeMutablePointer<Int32>
  typealias Text = UnsafeMutablePointer<CChar>
  typealias Status = UnsafeMutableRawPointer?
  typealias H = MPIHandle

  let layout: MPILayout
  /// The first line of the library's version.
  let version: String

  let initThread: @convention(c) (Buffer, Buffer, Int32, OutInt) -> Int32
  let finalize: @convention(c) () -> Int32
  let abort: @convention(c) (H, Int32) -> Int32
  let errorString: @convention(c) (Int32, Text, OutInt) -> Int32
  let setErrorHandler: @convention(c) (H, H) -> Int32
  let commRank: @convention(c) (H, OutInt) -> Int32
  let commSize: @convention(c) (H, OutInt) -> Int32
  let commDup: @convention(c) (H, Out) -> Int32
  let commSplit: @convention(c) (H, Int32, Int32, Out) -> Int32
  let isend: @convention(c) (Buffer, Int32, H, Int32, Int32, H, Out) -> Int32
  let irecv: @convention(c) (Buffer, Int32, H, Int32, Int32, H, Out) -> Int32
  let test: @convention(c) (Out, OutInt, Status) -> Int32
  let ibarrier: @convention(c) (H, Out) -> Int32
  let ibcast: @convention(c) (Buffer, Int32, H, Int32, H, Out) -> Int32
  let iallgather: @convention(c) (Buffer, Int32, H, Buffer, Int32, H, H, Out) -> Int32
  let iallgatherv: @convention(c) (Buffer, Int32, H, Buffer, Counts, Counts, H, H, Out) -> Int32
  let iallreduce: @convention(c) (Buffer, Buffer, Int32, H, H, H, Out) -> Int32
  let ialltoallv: @convention(c) (Buffer, Counts, Counts, H, Buffer, Counts, Counts, H, H, Out) -> Int32

  /// Opens the library of a launcher, or the one that `LOUPE_MPI` names.
  init(for launcher: Launcher, _ environment: [String: String]) throws(DistributedError) {
    let chosen = environment["LOUPE_MPI"].flatMap { $0.isEmpty ? nil : $0 }
    let names = chosen.map { [$0] } ?? launcher.libraries
    var opened: (handle: UnsafeMutableRawPointer, name: String)?
    var reason = "it is not found"
    for name in names where opened == nil {
      // Global, as the components that Open MPI loads later use its symbols.
      if let handle = dlopen(name, RTLD_NOW | RTLD_GLOBAL) {
        opened = (handle, name)
      } else if let message = dlerror() {
        reason = String(cString: message)
      }
    }
    guard let (handle, name) = opened else {
      throw .missingLibrary(launcher, names: names, isChosen: chosen != nil, reason: reason)
    }
    func function<F>(_ symbol: String, _ type: F.Type = F.self) throws(DistributedError) -> F {
      guard let address = dlsym(handle, symbol) else {
        throw .missingFunction(library: name, function: symbol)
      }
      return unsafeBitCast(address, to: type)
    }
    initThread = try function("MPI_Init_thread")
    finalize = try function("MPI_Finalize")
    abort = try function("MPI_Abort")
    errorString = try function("MPI_Error_string")
    setErrorHandler = try function("MPI_Comm_set_errhandler")
    commRank = try function("MPI_Comm_rank")
    commSize = try function("MPI_Comm_size")
    commDup = try function("MPI_Comm_dup")
    commSplit = try function("MPI_Comm_split")
    isend = try function("MPI_Isend")
    irecv = try function("MPI_Irecv")
    test = try function("MPI_Test")
    ibarrier = try function("MPI_Ibarrier")
    ibcast = try function("MPI_Ibcast")
    iallgather = try function("MPI_Iallgather")
    iallgatherv = try function("MPI_Iallgatherv")
    iallreduce = try function("MPI_Iallreduce")
    ialltoallv = try function("MPI_Ialltoallv")
    layout = MPILayout(of: handle)
    let getVersion: @convention(c) (Text, OutInt) -> Int32 = try function("MPI_Get_library_version")
    version =
      MPILibrary.text(of: 8192) { getVersion($0, $1) }.split(whereSeparator: \.isNewline).first
      .map { $0.split(separator: "\t").joined(separator: " ") } ?? name
  }

  /// Returns the text that a function writes into a buffer.
  private static func text(of capacity: Int, _ write: (Text, OutInt) -> Int32) -> String {
    var length = 0 as Int32
    let bytes = [CChar](unsafeUninitializedCapacity: capacity) { buffer, count in
      buffer.initialize(repeating: 0)
      count = capacity
      if let start = buffer.baseAddress, write(start, &length) != 0 { length = 0 }
    }
    return String(
      decoding: bytes.prefix(max(0, Int(length))).lazy.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 },
      as: UTF8.self)
  }

  /// Throws if the return code of a call is not `MPI_SUCCESS`.
  func check(_ code: Int32, _ call: String) throws(RankFailure) {
    guard code != 0 else { return }
    let message = MPILibrary.text(of: 8192) { errorString(code, $0, $1) }
    throw .call(call, message: message.isEmpty ? "error \(code)" : message)
  }
}
