import Synchronization

/// An unreadable photograph.
public struct DamagedPhotograph: Codable, Sendable, Equatable {
  /// The photograph's name in its dataset.
  public let id: String
  /// The error.
  public let error: DataError

  /// The reason; for an unreadable one, without its name.
  var reason: String { if case .unreadable(_, let reason) = error { reason } else { error.description } }
}

/// The unreadable photographs of a dataset found so far. Copies of the dataset share the list, and none is
/// tried again.
public final class DamagedPhotographs: Sendable {
  private struct State {
    var found: [Int: DamagedPhotograph]
    /// The photographs requested since the last `beginStage()`.
    var asked: Set<Int> = []
  }

  private let state: Mutex<State>
  // Needed only if some photograph is damaged.
  private let patients = Mutex<[String: [Int]]?>(nil)

  init() { state = Mutex(State(found: [:])) }

  /// Creates a list that starts with the contents of another.
  init(goingOnFrom earlier: DamagedPhotographs) {
    state = Mutex(State(found: earlier.state.withLock { $0.found }))
  }

  /// All damaged photographs, in the order of the dataset.
  public var photographs: [DamagedPhotograph] {
    state.withLock { $0.found }.inOrder
  }

  /// The number of damaged photographs.
  public var count: Int { state.withLock { $0.found.count } }

  subscript(index: Int) -> DamagedPhotograph? { state.withLock { $0.found[index] } }

  func note(_ index: Int, id: String, _ error: DataError) {
    state.withLock {
      $0.found[index] = DamagedPhotograph(id: id, error: error)
      $0.asked.insert(index)
    }
  }

  /// Returns whether a photograph is known to be damaged, and records the request for the stage.
  func knows(_ index: Int) -> Bool {
    state.withLock { state in
      guard state.found[index] != nil else { return false }
      state.asked.insert(index)
      return true
    }
  }

  /// Starts recording the photographs that a stage requests.
  func beginStage() { state.withLock { $0.asked = [] } }

  /// The damaged photographs that the stage has requested, by index: they depend only on the stage, not on
  /// what was known before.
  var ofStage: [Int: DamagedPhotograph] {
    state.withLock { state in state.found.filter { state.asked.contains($0.key) } }
  }

  /// Adds the photographs that an earlier run found in the same stage.
  func take(_ earlier: [DamagedPhotograph], in dataset: Dataset) {
    if earlier.isEmpty { return }
    let places = Dictionary(dataset.photographs.indices.map { (dataset.photographs[$0].id, $0) }) { $1 }
    for photograph in earlier {
      guard let index = places[photograph.id] else { continue }
      note(index, id: photograph.id, photograph.error)
    }
  }

  /// Returns the indices of all photographs of a patient.
  func photographs(of patient: String, in dataset: Dataset) -> [Int] {
    patients.withLock { known in
      let photographs = dataset.photographs
      let groups = known ?? Dictionary(grouping: photographs.indices) { photographs[$0].patient }
      known = groups
      return groups[patient] ?? []
    }
  }
}

extension [Int: DamagedPhotograph] {
  /// The photographs in the order of the dataset.
  var inOrder: [DamagedPhotograph] { inKeyOrder.map(\.value) }
}
