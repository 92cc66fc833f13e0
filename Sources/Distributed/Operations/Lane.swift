/// The collectives of one communicator, on the communication thread.
///
/// All ranks have to start the collectives of an MPI communicator in the same order, whereas the first phase
/// of one collective and the second of another become possible at different times on each. Thus the phases
/// have communicators of their own, and in each they start in the order in which the collectives were
/// submitted.
final class Lane {
  let library: MPILibrary
  let rank: Int
  let count: Int
  /// Memory for the collectives in flight.
  let scratch = ScratchPool()
  private let communicators: [MPIHandle]
  private var waiting: ArraySlice<(collective: any Collective, pending: Pending)> = []
  private var inFlight: [Flight] = []

  /// Collectives in flight at a time, which bounds the scratch memory.
  private static let window = 4

  private struct Flight {
    let collective: any Collective
    let pending: Pending
    var phase = 0
    var request: MPIRequest?
  }

  /// Creates the lane of a communicator, of which it makes a second one: all ranks do this together.
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

  var isIdle: Bool { inFlight.isEmpty && waiting.isEmpty }

  /// The communicator of a phase.
  func communicator(_ phase: Int) -> MPIHandle { communicators[phase] }

  /// Adds a collective, to be started after the ones before it.
  func submit(_ collective: any Collective, _ pending: Pending) { waiting.append((collective, pending)) }

  /// Moves the collectives on, and returns the pending results of those that are complete.
  func advance() throws(RankFailure) -> [Pending] {
    while inFlight.count < Lane.window, let (collective, pending) = waiting.popFirst() {
      let request = try collective.start(phase: 0, in: self)
      inFlight.append(Flight(collective: collective, pending: pending, request: request))
    }
    var complete: [Pending] = []
    var mayStart = true
    for place in inFlight.indices {
      if try move(&inFlight[place], mayStart: mayStart) { complete.append(inFlight[place].pending) }
      mayStart = mayStart && inFlight[place].phase + 1 >= inFlight[place].collective.phases
    }
    if !complete.isEmpty { inFlight.removeAll { $0.phase == $0.collective.phases } }
    return complete
  }

  /// Moves a collective on; true if its last phase is complete.
  private func move(_ flight: inout Flight, mayStart: Bool) throws(RankFailure) -> Bool {
    if flight.request != nil {
      guard try flight.request?.isComplete(library) == true else { return false }
      flight.request = nil
    }
    let next = flight.phase + 1
    guard next == flight.collective.phases || mayStart else { return false }
    flight.phase = next
    if next == flight.collective.phases { return true }
    flight.request = try flight.collective.start(phase: next, in: self)
    return false
  }
}
