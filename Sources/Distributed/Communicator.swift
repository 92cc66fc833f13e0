import Foundation

/// The processes that a launcher has started together, or a group of them, and their collective operations.
///
/// All ranks submit the operations of a communicator in the same order. An operation runs while its caller
/// computes, and is complete when `wait()` returns; until then its buffers must stay as they are. One thread
/// at a time submits and waits. After a failure the processes can only end, by `abort`.
package final class Communicator: @unchecked Sendable {
  /// The number of this process among the processes of the communicator.
  package let rank: Int
  /// The number of processes.
  package let count: Int
  /// The host name of each rank.
  package let hosts: [String]
  /// The name and version of the MPI library.
  package let library: String

  let thread: CommunicationThread
  let lane: Lane
  let sizes: TransferSizes
  private let world: World

  /// Connects this process with those that a launcher has started beside it; nil if none has.
  ///
  /// - Parameters:
  ///   - limit: the seconds after which a process that is not heard of is lost; `LOUPE_MPI_TIMEOUT`, or 60.
  ///   - onFailure: called on a thread of its own if ranks are lost while nobody waits for an operation.
  package static func start(
    _ environment: [String: String] = ProcessInfo.processInfo.environment, limit: Double? = nil,
    sizes: TransferSizes = TransferSizes(), onFailure: @escaping @Sendable (RankFailure) -> Void
  ) throws(DistributedError) -> Communicator? {
    guard let launcher = Launcher(environment) else { return nil }
    let limit = if let limit { limit } else { try TimeLimit.seconds(environment) }
    let library = try MPILibrary(for: launcher, environment)
    let thread = try CommunicationThread(limit: limit, onFailure: onFailure)
    let world = try thread.start(library, launcher)
    guard world.count > 1 else { return nil }
    return Communicator(thread, world, world.lane, hosts: world.hosts, sizes)
  }

  private init(
    _ thread: CommunicationThread, _ world: World, _ lane: Lane, hosts: [String], _ sizes: TransferSizes
  ) {
    self.thread = thread
    self.world = world
    self.lane = lane
    self.hosts = hosts
    self.sizes = sizes
    (rank, count, library) = (lane.rank, lane.count, world.library.version)
  }

  /// Divides the processes into groups: those that pass the same number, which is not negative, are one.
  /// Ranks keep their order.
  package func split(into group: Int) throws(RankFailure) -> Communicator {
    contract(group >= 0 && group <= Int32.max, "a group has a number of 31 bits")
    let split = Split(group)
    try thread.submit([split], in: lane, sending: 0).wait()
    guard let lane = split.lane else { throw .call("MPI_Comm_split", message: "it made no communicator") }
    let own = Communicator(thread, world, lane, hosts: [], sizes)
    let names = try own.gather(Array(hosts[rank].utf8))
    return Communicator(thread, world, lane, hosts: names.map { String(decoding: $0, as: UTF8.self) }, sizes)
  }

  /// What this process's operations, in all communicators, have moved and cost since the last call.
  package func takeTraffic() -> Traffic { thread.takeTraffic() }

  /// Ends the communication, when all processes have come to this. Nothing can be submitted afterwards.
  package func finish() throws(RankFailure) {
    try thread.submit([Barrier()], in: world.lane, sending: 0).wait()
    try thread.close()
  }

  /// Ends all processes of the launch at once, this one with a status.
  package func abort(_ code: Int32) -> Never { thread.abort(code, world) }
}
