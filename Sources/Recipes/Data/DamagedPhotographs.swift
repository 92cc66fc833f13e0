import Synchronization

/// A photograph that cannot be read.
public struct DamagedPhotograph: Sendable, Equatable {
  /// The photograph's name in its dataset.
  public let id: String
  /// What is wrong with it.
  public let error: DataError

  /// What is wrong with it; of one that cannot be read, without its name.
  var reason: String { if case .unreadable(_, let reason) = error { reason } else { error.description } }
}

/// The photographs of a dataset that could not be read so far. Copies of the dataset share them, and none is tried
/// again.
public final class DamagedPhotographs: Sendable {
  private let found = Mutex<[Int: DamagedPhotograph]>([:])
  // Wanted only where something is damaged.
  private let patients = Mutex<[String: [Int]]?>(nil)

  /// All of them, in the order of the dataset.
  public var photographs: [DamagedPhotograph] {
    found.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// How many there are.
  public var count: Int { found.withLock { $0.count } }

  subscript(index: Int) -> DamagedPhotograph? { found.withLock { $0[index] } }

  func note(_ index: Int, id: String, _ error: DataError) {
    found.withLock { $0[index] = DamagedPhotograph(id: id, error: error) }
  }

  /// The indices of all photographs of a patient.
  func photographs(of patient: String, in dataset: Dataset) -> [Int] {
    patients.withLock { known in
      let photographs = dataset.photographs
      let groups = known ?? Dictionary(grouping: photographs.indices) { photographs[$0].patient }
      known = groups
      return groups[patient] ?? []
    }
  }
}
