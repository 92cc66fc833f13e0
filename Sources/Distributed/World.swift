import Foundation

/// The processes of a launch (`MPI_COMM_WORLD`). It is created on the communication thread.
final class World: @unchecked Sendable {
  let library: MPILibrary
  let queue: CollectiveQueue
  let rank: Int
  let count: Int
  /// The host name of each rank.
  let hosts: [String]

  private static let hostBytes = 256

  /// Initializes the library, together with all other processes.
  init(_ library: MPILibrary, _ launcher: Launcher) throws(DistributedError) {
    do throws(RankFailure) {
      var provided = 0 as Int32
      try library.check(library.initThread(nil, nil, library.layout.funneled, &provided), "MPI_Init_thread")
      self.library = library
      queue = try CollectiveQueue(library, library.layout.world)
    } catch {
      throw .fault(error)
    }
    (rank, count) = (queue.rank, queue.count)
    guard count == launcher.count ?? count, rank == launcher.rank else {
      throw .mismatch(launcher, library: library.version, rank: rank, count: count)
    }
    do { hosts = try World.hosts(queue) } catch { throw .fault(error) }
  }

  /// Ends all processes. With some libraries it returns.
  func abort(_ code: Int32) { _ = library.abort(library.layout.world, code) }

  private static func hosts(_ queue: CollectiveQueue) throws(RankFailure) -> [String] {
    let all = UnsafeMutableRawBufferPointer.allocate(byteCount: queue.count * hostBytes, alignment: 1)
    defer { all.deallocate() }
    _ = all.initializeMemory(as: UInt8.self, repeating: 0)
    func block(_ rank: Int) -> UnsafeMutableRawBufferPointer {
      UnsafeMutableRawBufferPointer(rebasing: all[rank * hostBytes..<(rank + 1) * hostBytes])
    }
    let own = block(queue.rank)
    // The last byte remains zero.
    own.withMemoryRebound(to: CChar.self) { name in
      if let start = name.baseAddress { gethostname(start, name.count - 1) }
    }
    let gather = Gather(
      UnsafeRawBufferPointer(own), into: all, blocks: Array(repeating: hostBytes, count: queue.count),
      rank: queue.rank)
    var request = try gather.start(phase: 0, in: queue)
    while try request?.isComplete(queue.library) == false { usleep(100) }
    return (0..<queue.count).map { String(decoding: block($0).prefix { $0 != 0 }, as: UTF8.self) }
  }
}
