import Foundation

/// The ranks of a launch, as the MPI library has them; created on the communication thread.
final class World: @unchecked Sendable {
  let library: MPILibrary
  let lane: Lane
  let rank: Int
  let count: Int
  /// The name of each rank's host.
  let hosts: [String]

  private static let hostBytes = 256

  /// Starts the library. Returns when all processes have started theirs.
  init(_ library: MPILibrary, _ launcher: Launcher) throws(DistributedError) {
    do throws(RankFailure) {
      var provided = 0 as Int32
      try library.check(library.initThread(nil, nil, library.layout.funneled, &provided), "MPI_Init_thread")
      self.library = library
      lane = try Lane(library, library.layout.world)
    } catch {
      throw .fault(error)
    }
    (rank, count) = (lane.rank, lane.count)
    guard count == launcher.count ?? count, rank == launcher.rank else {
      throw .mismatch(launcher, library: library.version, rank: rank, count: count)
    }
    do { hosts = try World.hosts(lane) } catch { throw .fault(error) }
  }

  /// Ends all processes; it may return.
  func abort(_ code: Int32) { _ = library.abort(library.layout.world, code) }

  private static func hosts(_ lane: Lane) throws(RankFailure) -> [String] {
    let all = UnsafeMutableRawBufferPointer.allocate(byteCount: lane.count * hostBytes, alignment: 1)
    defer { all.deallocate() }
    _ = all.initializeMemory(as: UInt8.self, repeating: 0)
    func block(_ rank: Int) -> UnsafeMutableRawBufferPointer {
      UnsafeMutableRawBufferPointer(rebasing: all[rank * hostBytes..<(rank + 1) * hostBytes])
    }
    let own = block(lane.rank)
    // The last byte stays zero.
    own.withMemoryRebound(to: CChar.self) { name in
      if let start = name.baseAddress { gethostname(start, name.count - 1) }
    }
    let gather = Gather(
      UnsafeRawBufferPointer(own), into: all, blocks: Array(repeating: hostBytes, count: lane.count),
      rank: lane.rank)
    var request = try gather.start(phase: 0, in: lane)
    while try request?.isComplete(lane.library) == false { usleep(100) }
    return (0..<lane.count).map { String(decoding: block($0).prefix { $0 != 0 }, as: UTF8.self) }
  }
}
