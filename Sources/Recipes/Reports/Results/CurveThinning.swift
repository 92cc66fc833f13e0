/// Leaves out the points of a line that nobody sees in a drawing, such as most of the thousands of a ROC
/// curve (Douglas and Peucker 1973).
struct CurveThinning: Sendable {
  /// The pixels of one unit in both directions.
  let scale: (x: Double, y: Double)
  /// The distance in pixels that the line may move by.
  var tolerance = 0.4

  /// Returns the points that are kept, among them the first and the last.
  func callAsFunction(_ points: [XYChart.Point]) -> [XYChart.Point] {
    let points = withoutRepeats(points)
    guard points.count > 2 else { return points }
    var isKept = [Bool](repeating: false, count: points.count)
    (isKept[0], isKept[points.count - 1]) = (true, true)
    var open = [(0, points.count - 1)]
    while let (first, last) = open.popLast() {
      guard last > first + 1 else { continue }
      var (farthest, distance) = (first, 0.0)
      for place in (first + 1)..<last {
        let own = self.distance(of: points[place], from: points[first], to: points[last])
        if own > distance { (farthest, distance) = (place, own) }
      }
      guard distance > tolerance / 2 else { continue }
      isKept[farthest] = true
      open += [(first, farthest), (farthest, last)]
    }
    return zip(points, isKept).filter(\.1).map(\.0)
  }

  // Of points that are hardly apart the first is kept, and the last of the line.
  private func withoutRepeats(_ points: [XYChart.Point]) -> [XYChart.Point] {
    var kept: [XYChart.Point] = []
    for (place, point) in points.enumerated() {
      if let last = kept.last, place < points.count - 1, length(point, last) < tolerance / 2 { continue }
      kept.append(point)
    }
    return kept
  }

  private func length(_ one: XYChart.Point, _ other: XYChart.Point) -> Double {
    let (x, y) = ((one.x - other.x) * scale.x, (one.y - other.y) * scale.y)
    return (x * x + y * y).squareRoot()
  }

  /// Returns the distance in pixels of a point from the line between two others.
  func distance(of point: XYChart.Point, from start: XYChart.Point, to end: XYChart.Point) -> Double {
    let along = (x: (end.x - start.x) * scale.x, y: (end.y - start.y) * scale.y)
    let to = (x: (point.x - start.x) * scale.x, y: (point.y - start.y) * scale.y)
    let square = along.x * along.x + along.y * along.y
    let share = square > 0 ? min(max((to.x * along.x + to.y * along.y) / square, 0), 1) : 0
    let (x, y) = (to.x - share * along.x, to.y - share * along.y)
    return (x * x + y * y).squareRoot()
  }
}
