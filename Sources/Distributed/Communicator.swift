import Foundation
import func Graph.contract

/// The processes of a launch or a group of them, and their collective operations.
///
/// All ranks submit the operations of a communicator in the same order. Operations run while the caller
/// computes and are complete when `wait()` returns; until then, their buffers must not be accessed or freed.
/// One thread at a time submits and waits. After a failure the processes can only end, with `abort`.
package final class Communicator: @unchecked Sendable {
  /// The rank of this process in the communicator.
  package let rank: Int
  /// The number of processes.
  package let count: Int
  /// The host name of each rank.
  package let hosts: [String]
  /// The name and version of the MPI library.
  package let library: String

  let thread: CommunicationThread
  let queue: CollectiveQueue
  let sizes: TransferSizes
  private let world: World

  /// Connects the processes of a launch. Returns nil if no launcher has started several.
  ///
  /// - Parameters:
  ///   - limit: the seconds after which a silent process is considered lost; by default those of
  ///     `LOUPE_MPI_TIMEOUT`, or 45.
  ///   - onFailure: reports a failure that no caller receives within 3 seconds, as none waits for an
  ///     operation, and returns the exit status with which all processes then end.
  package static func start(
    _ environment: [String: String] = ProcessInfo.processInfo.environment, limit: Double? = nil,
    sizes: TransferSizes = TransferSizes(), onFailure: @escaping @Sendable (RankFailure) -> Int32
  ) throws(DistributedError) -> Communicator? {
    guard let launcher = Launcher(environment) else { return nil }
    let limit = if let limit { limit } else { try TimeLimit.seconds(environment) }
    contract(TimeLimit.range.contains(limit), "a limit is from 1 to 1000000 seconds")
    let library = try MPILibrary(for: launcher, environment)
    let thread = try CommunicationThread(limit: limit, onFailure: onFailure)
    let world = try thread.start(library, launcher)
    guard world.count > 1 else { return nil }
    return Communicator(thread, world, world.queue, hosts: world.hosts, sizes)
  }

  private init(
    _ thread: CommunicationThread, _ world: World, _ queue: CollectiveQueue, hosts: [String],
    _ sizes: TransferSizes
  ) {
    self.thread = thread
    self.world = world
    self.queue = queue
    self.hosts = hosts
    self.sizes = sizes
    (rank, count, library) = (queue.rank, queue.count, world.library.version)
  }

  /// Divides the processes into groups by number, and returns the communicator of this process's group. Ranks
  /// keep their order.
  ///
  /// - Parameter group: the number of the group, at least 0.
  package func split(into group: Int) throws(RankFailure) -> Communicator {
    contract(group >= 0 && group <= Int32.max, "the number of a group is from 0 to 2^31 - 1")
    let split = Split(group)
    try thread.submit([split], in: queue, sending: 0).wait()
    guard let queue = split.queue else { throw .call("MPI_Comm_split", message: "it made no communicator") }
    let own = Communicator(thread, world, queue, hosts: [], sizes)
    let names = try own.gather(Array(hosts[rank].utf8))
    return Communicator(thread, world, queue, hosts: names.map { String(decoding: $0, as: UTF8.self) }, sizes)
  }

  /// Returns the traffic of this process in all communicators since the last call.
  package func takeTraffic() -> Traffic { thread.takeTraffic() }

  /// Waits for all processes of the launch and finalizes MPI. Nothing can be submitted after that.
  package func finish() throws(RankFailure) {
    try thread.submit([Barrier()], in: world.queue, sending: 0).wait()
    try thread.close()
  }

  /// Ends all processes of the launch, this one with an exit status, after 5 seconds even if MPI does not.
  package func abort(_ code: Int32) -> Never { thread.abort(code, world) }
}
