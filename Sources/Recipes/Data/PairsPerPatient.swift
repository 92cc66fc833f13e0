/// How many pairs of a patient's photographs an epoch takes.
public enum PairsPerPatient: Sendable, Hashable {
  /// As many as show every photograph: half as many pairs as photographs, rounded up.
  case covering
  /// The same, but at most so many, one at least: the patient's other photographs have their turn in later
  /// epochs.
  case atMost(Int)

  /// The pairs of a patient with so many photographs.
  func count(photographs: Int) -> Int {
    let covering = (photographs + 1) / 2
    return if case .atMost(let most) = self { max(0, min(most, covering)) } else { covering }
  }
}
