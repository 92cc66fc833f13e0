/// The number of pairs of a patient's photographs per epoch.
public enum PairsPerPatient: Sendable, Hashable {
  /// Enough to show every photograph: half the number of photographs, rounded up.
  case covering
  /// The same, but at most this many, and at least one; the other photographs follow in later epochs.
  case atMost(Int)

  /// Returns the number of pairs for a patient with the given number of photographs.
  func count(photographs: Int) -> Int {
    let covering = (photographs + 1) / 2
    return if case .atMost(let most) = self { max(0, min(most, covering)) } else { covering }
  }
}
