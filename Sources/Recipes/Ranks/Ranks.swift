import Distributed
import Foundation
import Ops
import Synchronization

/// The processes of one run that an MPI launcher has started together, on one machine or several.
///
///     let ranks = try Ranks.launched { failure in … }
///
/// The first rank runs the pipeline: it alone reads and writes the folder of the run, reports events and
/// evaluates. The others compute their chunks of each step of its trainings; see
/// ``Pipeline/follow(_:on:size:seed:workers:)``. They keep the same variables, and change them in the same
/// way. Stages that do not depend on each other may be trained side by side, each by a group of the ranks.
public final class Ranks: @unchecked Sendable {
  /// How the gradients of ranks are added.
  public enum Reduction: String, Sendable, CaseIterable {
    /// In pairs of chunks, to the same bits for any number of ranks.
    case exact
    /// In the order of the MPI library, whose bits depend on the library, the ranks and the network.
    case fast
  }

  let communicator: Communicator
  let reduction: Reduction
  // The state of the thread that runs the pipeline.

  /// The ranks whose program or processor is another than the first one's, so that they round differently.
  var otherKinds: [String] = []
  /// The bits per second that each rank sends when all add; infinite on one machine.
  var bitsPerSecond = Double.infinity
  private var isWithinStep = false
  private var begun = ContinuousClock.now
  private var work = RankWork()
  private let order: UnsafeMutableRawBufferPointer
  /// The ranks once more, for what the computation waits for: it does not queue behind what goes on beside
  /// the computation. All ranks come to its first use at the same time.
  private(set) lazy var urgent = split(into: 0)

  private static let orderBytes = 4096

  private let onLoss: @Sendable (any Error) -> Int32

  /// The number of each rank among those of the launch.
  private let numbers: Range<Int>
  // All ranks, if these are a group of them.
  private weak var whole: Ranks?
  /// The group of this rank, by the number of groups into which they have been divided.
  var groups: [Int: Ranks] = [:]
  /// The messages between the first rank and the leaders of groups. All ranks come to its first use at the
  /// same time.
  private(set) lazy var mailbox = Mailbox(split(into: 0))

  private init(
    _ communicator: Communicator, _ reduction: Reduction, numbers: Range<Int>,
    _ onLoss: @escaping @Sendable (any Error) -> Int32
  ) {
    self.communicator = communicator
    self.reduction = reduction
    self.numbers = numbers
    self.onLoss = onLoss
    order = .allocate(byteCount: Ranks.orderBytes, alignment: 8)
    order.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { order.deallocate() }

  /// A group of some of the ranks, whose end is that of all.
  convenience init(_ communicator: Communicator, numbers: Range<Int>, of whole: Ranks) {
    self.init(communicator, whole.reduction, numbers: numbers, whole.onLoss)
    self.whole = whole
  }

  /// Connects this process with those that a launcher has started beside it; nil if none has. It has to come
  /// before the first use of the shared threads, which the ranks on a machine divide among themselves.
  ///
  /// - Parameters:
  ///   - reduction: How gradients are added.
  ///   - onLoss: Receives, on any thread, why ranks are lost, and returns the status with which the process
  ///     then ends.
  /// - Throws: ``RankError/unconnected(reason:)``, which says which library is missing, or does not fit the
  ///   launcher.
  public static func launched(
    adding reduction: Reduction = .exact, onLoss: @escaping @Sendable (any Error) -> Int32
  ) throws(RankError) -> Ranks? {
    let started: Communicator?
    do throws(DistributedError) { started = try Communicator.start(onFailure: onLoss) } catch {
      throw .unconnected(reason: "\(error)")
    }
    guard let communicator = started else { return nil }
    let ranks = Ranks(communicator, reduction, numbers: 0..<communicator.count, onLoss)
    Workers.processes.store(ranks.countOnMachine, ordering: .relaxed)
    return ranks
  }

  /// The number of this rank, from 0.
  public var rank: Int { communicator.rank }
  /// The number of ranks.
  public var count: Int { communicator.count }
  /// The number of this process among those that a launcher has started; nil if none has.
  public static var launchedRank: Int? { Launcher(ProcessInfo.processInfo.environment)?.rank }
  /// Whether this is the rank that runs the pipeline.
  public var isFirst: Bool { rank == 0 }
  /// The name of this rank in messages, such as `rank 1 on lab3`.
  public var name: String { name(of: rank) }

  /// The ranks, their machines and the library in a sentence.
  public var summary: String { record.summary + "." }

  /// The ranks for the record of a run.
  var record: RunRecord.Ranks {
    RunRecord.Ranks(
      hosts: communicator.hosts, library: communicator.library, isExact: reduction == .exact)
  }

  /// The number of ranks on this rank's machine.
  public var countOnMachine: Int { communicator.hosts.count { $0 == communicator.hosts[rank] } }

  func name(of rank: Int) -> String { "rank \(numbers.lowerBound + rank) on \(communicator.hosts[rank])" }

  /// Whether every rank knows that the run has ended, by an order of the first one or by a failure that they
  /// have exchanged.
  public private(set) var isOver = false

  /// Does something on every rank, and returns its result if all of them could.
  ///
  /// - Parameter body: What every rank does.
  /// - Throws: This rank's error or, if only others have one, `RankError`.
  public func together<Result>(_ body: () throws -> Result) throws -> Result {
    let result: Result
    do { result = try body() } catch {
      _ = try agree(error)
      throw error
    }
    _ = try agree(nil)
    return result
  }

  /// Exchanges whether ranks can go on, and the photographs that they could not read.
  ///
  /// - Parameter failure: The reason that this rank cannot go on.
  /// - Returns: The photographs of the others.
  /// - Throws: `failure` or, if only others have one, `RankError`.
  func agree(
    _ failure: (any Error)?, damaged: [DamagedPhotograph] = []
  ) throws -> [DamagedPhotograph] {
    let notice = RankNotice(failure: failure.map { "\($0)" }, damaged: damaged)
    let own = notice.isEmpty ? [] : [UInt8](try JSONEncoder().encode(notice))
    let others = try gathered(own).enumerated().filter { $0.offset != rank && !$0.element.isEmpty }.map {
      (rank: $0.offset, notice: try JSONDecoder().decode(RankNotice.self, from: Data($0.element)))
    }
    let failed = others.first { $0.notice.failure != nil }
    if let failure { try endForAll(failure) }
    if let failed {
      try endForAll(RankError.failed(rank: name(of: failed.rank), reason: failed.notice.failure ?? ""))
    }
    return others.flatMap(\.notice.damaged)
  }

  /// Throws an error after which every rank ends.
  func endForAll(_ error: any Error) throws -> Never {
    end()
    throw error
  }

  /// Notes that every rank knows that the run has ended.
  func end() {
    isOver = true
    whole?.end()
  }

  /// Sends the others what to do next; only the first rank does.
  func order(_ order: RankOrder) throws {
    let bytes = try order.encoded()
    contract(bytes.count < Ranks.orderBytes, "an order has at most \(Ranks.orderBytes) bytes")
    self.order.storeBytes(of: UInt64(bytes.count), as: UInt64.self)
    UnsafeMutableRawBufferPointer(rebasing: self.order[8...]).copyBytes(from: bytes)
    wait(for: communicator.broadcast(self.order, from: 0))
    obey(order)
  }

  /// Waits for the first rank's next order.
  func nextOrder() throws -> RankOrder {
    wait(for: communicator.broadcast(order, from: 0))
    let count = Int(order.load(as: UInt64.self))
    let order = try RankOrder(encoded: Array(order[8..<8 + count]))
    obey(order)
    return order
  }

  private func obey(_ order: RankOrder) {
    switch order {
    case .step:
      isWithinStep = true
      _ = takeTraffic()
      begun = .now
    case .end: end()
    case .train, .epoch, .report, .spread, .rejoin: break
    }
  }

  /// Tells the others that the run has ended early, if they wait for an order.
  func endAfterFailure() { if !isOver, !isWithinStep { try? order(.end) } }

  /// Notes that a step is complete on this rank.
  func endStep() {
    isWithinStep = false
    let traffic = takeTraffic()
    work.computing += (ContinuousClock.now - begun) / .seconds(1) - traffic.secondsWaited
    work.bytes += traffic.bytesSent
    work.inFlight += traffic.secondsInFlight
    work.waiting += traffic.secondsWaited
  }

  /// Returns what each rank's steps since the last report took.
  func workOfAll() throws -> [RankWork] {
    defer { work = RankWork() }
    return try gathered([UInt8](JSONEncoder().encode(work))).map {
      try JSONDecoder().decode(RankWork.self, from: Data($0))
    }
  }

  /// Sends the variables of a training to the other ranks.
  func share(_ steps: TrainingSteps) {
    let pending = steps.variables.map { variable in
      steps.program.withVariable(variable.path) { (values: UnsafeMutableBufferPointer<Float>) in
        communicator.broadcast(UnsafeMutableRawBufferPointer(values), from: 0)
      }
    }
    pending.forEach(wait)
  }

  /// Waits for an operation of all ranks; ends the process if ranks are lost, as its memory may be in use.
  func wait(for pending: Pending) { waiting { () throws(RankFailure) in try pending.wait() } }

  /// Returns some bytes of each rank.
  func gathered(_ own: [UInt8]) -> [[UInt8]] {
    waiting { () throws(RankFailure) in try communicator.gather(own) }
  }

  /// Returns the communicator of the ranks that name the same group; all ranks come to this at the same time.
  func split(into group: Int) -> Communicator {
    waiting { () throws(RankFailure) in try communicator.split(into: group) }
  }

  /// Waits for something of other ranks; ends the process if ranks are lost.
  func waiting<Result>(_ body: () throws(RankFailure) -> Result) -> Result {
    do { return try body() } catch { communicator.abort(onLoss(error)) }
  }

  /// Returns the traffic of this rank's exchanges since the last call.
  package func takeTraffic() -> Traffic { communicator.takeTraffic() }

  /// Ends the connection; all ranks come to this, or one ends them all.
  ///
  /// - Parameter code: The status of this process, with which all end if it has failed by itself.
  public func finish(_ code: Int32 = 0) {
    if code != 0, !isOver { communicator.abort(code) }
    waiting { () throws(RankFailure) in try communicator.finish() }
  }
}

extension Ranks? {
  /// Does something on every rank, or in this process alone.
  ///
  /// - Parameter body: What every rank does.
  /// - Throws: As ``Ranks/together(_:)``.
  public func together<Result>(_ body: () throws -> Result) throws -> Result {
    if let self { try self.together(body) } else { try body() }
  }

  /// Returns the exchange of a batch's parts.
  func exchange(_ cut: BatchCut, of dataset: Dataset?) -> any Exchange {
    if let self { RankExchange(cut, between: self, of: dataset) } else { LocalExchange(cut) }
  }
}
