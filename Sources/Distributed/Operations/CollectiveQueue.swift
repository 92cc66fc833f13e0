/// The collectives of one communicator, run by the communication thread in the order of submission.
///
/// MPI requires all ranks to start the collectives of a communicator in the same order. As a first phase
/// completes at a different time on each rank, second phases have an MPI communicator of their own; on each
/// of the two, phases start in the order of submission.
final class CollectiveQueue {
  let library: MPILibrary
  let rank: Int
  let count: Int
  /// Memory for the collectives in running.
  let scratch = ScratchPool()
  private let communicators: [MPIHandle]
  private var waiting: ArraySlice<(collective: any Collective, pending: Pending)> = []
  private var inRunning: [Running] = []

  /// The maximum number of collectives in running. It bounds the scratch memory.
  private static let window = 4

  private struct Running {
    let collective: any Collective
    let pending: Pending
    var phase = 0
    var request: MPIRequest?
  }

  /// Creates the queue of a communicator. All of its ranks do this at the same time, as it is duplicated.
  init(_ library: MPILibrary, _ communicator: MPIHandle) throws(RankFailure) {
    self.library = library
    var (rank, count, second) = (0 as Int32, 0 as Int32, 0 as MPIHandle)
    try library.check(
      library.setErrorHandler(communicator, library.layout.errorsReturn), "MPI_Comm_set_errhandler")
    try library.check(library.commRank(communicator, &rank), "MPI_Comm_rank")
    try library.check(library.commSize(communicator, &count), "MPI_Comm_size")
    try library.check(library.commDup(communicator, &second), "MPI_Comm_dup")
    try library.check(library.setErrorHandler(second, library.layout.errorsReturn), "MPI_Comm_set_errhandler")
    self.rank = Int(rank)
    self.count = Int(count)
    communicators = [communicator, second]
  }

  var isIdle: Bool { inRunning.isEmpty && waiting.isEmpty }
  /// Whether data are in flight.
  var hasTransfers: Bool { inRunning.contains(where: \.collective.isTransfer) || !waiting.isEmpty }

  /// The communicator of a phase.
  func communicator(_ phase: Int) -> MPIHandle { communicators[phase] }

  /// Adds a collective, which starts after the previous ones.
  func submit(_ collective: any Collective, _ pending: Pending) { waiting.append((collective, pending)) }

  /// Tests and starts what is due, and returns the operations of the collectives that are complete.
  func advance() throws(RankFailure) -> [Pending] {
    while inRunning.count < CollectiveQueue.window, let (collective, pending) = waiting.popFirst() {
      let request = try collective.start(phase: 0, in: self)
      inRunning.append(Running(collective: collective, pending: pending, request: request))
    }
    var complete: [Pending] = []
    var mayStart = true
    for place in inRunning.indices {
      if try advance(&inRunning[place], mayStart: mayStart) { complete.append(inRunning[place].pending) }
      mayStart = mayStart && inRunning[place].phase + 1 >= inRunning[place].collective.phases
    }
    if !complete.isEmpty { inRunning.removeAll { $0.phase == $0.collective.phases } }
    return complete
  }

  /// Tests the current phase of a collective and starts the next one; true if the last one is complete.
  private func advance(_ running: inout Running, mayStart: Bool) throws(RankFailure) -> Bool {
    if running.request != nil {
      guard try running.request?.isComplete(library) == true else { return false }
      running.request = nil
    }
    let next = running.phase + 1
    guard next == running.collective.phases || mayStart else { return false }
    running.phase = next
    if next == running.collective.phases { return true }
    running.request = try running.collective.start(phase: next, in: self)
    return false
  }
}
