/// The nearest photographs of a labelled one, with the same label and with another.
struct LabelNeighbors: Sendable {
  /// A row and its distance.
  struct Neighbor: Sendable {
    let row: Int
    let distance: Double
  }

  /// The nearest other row of the same label.
  private(set) var same: Neighbor?
  /// The nearest row of another label.
  private(set) var other: Neighbor?
  /// The largest distance to a row of another label.
  private(set) var farthestOther = 0.0

  /// Finds the neighbors of a row among the labelled ones, by its distances to all; of equally near ones the
  /// first.
  init(of row: Int, _ distances: ArraySlice<Double>, label: Int, labels: [Int?]) {
    for (candidate, distance) in distances.enumerated() where candidate != row {
      guard let theirs = labels[candidate] else { continue }
      if theirs == label {
        if distance < same?.distance ?? .infinity { same = Neighbor(row: candidate, distance: distance) }
      } else {
        if distance < other?.distance ?? .infinity { other = Neighbor(row: candidate, distance: distance) }
        farthestOther = max(farthestOther, distance)
      }
    }
  }

  /// The ratio of distances, `other² / (same² + other²)`: low for a photograph that is nearer to one of
  /// another label than to its own (Gröger et al. 2024, section 3). Nil if all have its label.
  ///
  /// For the only photograph of a label, the distance to its own is the largest to others. Of one that is
  /// equal to photographs of both it is one half.
  var score: Double? {
    guard let other else { return nil }
    let (near, far) = (other.distance, same?.distance ?? farthestOther)
    let sum = far * far + near * near
    return sum > 0 ? near * near / sum : 0.5
  }
}
