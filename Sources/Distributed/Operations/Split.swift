/// The division of a communicator into groups.
///
/// MPI has no form of it that does not block, so it begins when every rank has reached it.
final class Split: Collective {
  let phases = 2
  private let group: Int
  /// The lane of the own group, once it is there.
  private(set) var lane: Lane?

  init(_ group: Int) { self.group = group }

  func start(phase: Int, in lane: Lane) throws(RankFailure) -> MPIRequest? {
    let library = lane.library
    if phase == 0 {
      return try MPIRequest(library, "MPI_Ibarrier") { library.ibarrier(lane.communicator(phase), $0) }
    }
    var communicator = 0 as MPIHandle
    try library.check(
      library.commSplit(lane.communicator(phase), Int32(group), Int32(lane.rank), &communicator),
      "MPI_Comm_split")
    self.lane = try Lane(library, communicator)
    return nil
  }
}
