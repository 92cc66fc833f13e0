import Synchronization

/// A photograph that cannot be read.
public struct DamagedPhotograph: Codable, Sendable, Equatable {
  /// The photograph's name in its dataset.
  public let id: String
  /// What is wrong with it.
  public let error: DataError

  /// What is wrong with it; of one that cannot be read, without its name.
  var reason: String { if case .unreadable(_, let reason) = error { reason } else { error.description } }
}

/// The photographs of a dataset that could not be read so far. Copies of the dataset share them, and none is
/// tried again.
public final class DamagedPhotographs: Sendable {
  private struct State {
    var found: [Int: DamagedPhotograph]
    /// Those that have been asked for since the last `beginStage()`.
    var asked: Set<Int> = []
  }

  private let state: Mutex<State>
  // Wanted only where something is damaged.
  private let patients = Mutex<[String: [Int]]?>(nil)

  init() { state = Mutex(State(found: [:])) }

  /// Those of a list so far.
  init(goingOnFrom earlier: DamagedPhotographs) {
    state = Mutex(State(found: earlier.state.withLock { $0.found }))
  }

  /// All of them, in the order of the dataset.
  public var photographs: [DamagedPhotograph] {
    state.withLock { $0.found }.inOrder
  }

  /// How many there are.
  public var count: Int { state.withLock { $0.found.count } }

  subscript(index: Int) -> DamagedPhotograph? { state.withLock { $0.found[index] } }

  func note(_ index: Int, id: String, _ error: DataError) {
    state.withLock {
      $0.found[index] = DamagedPhotograph(id: id, error: error)
      $0.asked.insert(index)
    }
  }

  /// Whether a photograph is known to be damaged; if it is, the stage has asked for it.
  func knows(_ index: Int) -> Bool {
    state.withLock { state in
      guard state.found[index] != nil else { return false }
      state.asked.insert(index)
      return true
    }
  }

  /// Begins to list what a stage asks for.
  func beginStage() { state.withLock { $0.asked = [] } }

  /// The damaged photographs that the stage has asked for, by their indices: they depend on the stage alone,
  /// whatever was known of them before.
  var ofStage: [Int: DamagedPhotograph] {
    state.withLock { state in state.found.filter { state.asked.contains($0.key) } }
  }

  /// Takes over what an earlier run found in the same stage.
  func take(_ earlier: [DamagedPhotograph], in dataset: Dataset) {
    if earlier.isEmpty { return }
    let places = Dictionary(dataset.photographs.indices.map { (dataset.photographs[$0].id, $0) }) { $1 }
    for photograph in earlier {
      guard let index = places[photograph.id] else { continue }
      note(index, id: photograph.id, photograph.error)
    }
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

extension [Int: DamagedPhotograph] {
  /// The photographs in the order of the dataset.
  var inOrder: [DamagedPhotograph] { sorted { $0.key < $1.key }.map(\.value) }
}
