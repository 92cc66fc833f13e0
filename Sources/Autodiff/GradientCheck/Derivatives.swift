/// The derivatives of a projection along straight lines through one leaf, by the tape and by differences.
struct Derivatives {
  private let projection: Projection
  private let leaf: CheckedLeaf
  private let gradient: [Double]
  private let settings: CheckSettings
  private let center: [Double]
  private let rounding: Double
  private let roundingOfGradients: Double
  private let largest: Double

  /// - Parameter gradient: the tape's.
  init(
    of projection: Projection, for leaf: CheckedLeaf, by gradient: [Double], _ settings: CheckSettings
  ) {
    self.projection = projection
    self.leaf = leaf
    self.gradient = gradient
    self.settings = settings
    center = leaf.value.reals
    rounding = projection.rounding
    roundingOfGradients = projection.roundingOfGradients
    largest = gradient.reduce(0) { Swift.max($0, abs($1)) }
  }

  /// The derivative for one element.
  func compared(element: Int) -> GradientReport.Finding {
    let shape = leaf.value.shape
    let index = zip(shape.strides, shape.dimensions).map { element / $0 % $1 }
    return compared(
      .init(input: leaf.name, index: index), analytic: gradient[element], floor: largest / 1000,
      step: settings.step * Swift.max(1, abs(center[element]))
    ) { distance in
      var moved = center
      moved[element] += distance
      return moved
    }
  }

  /// The derivative along a direction.
  func compared(direction: [Double]) -> GradientReport.Finding {
    let analytic = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
    let typical = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return compared(
      .init(input: leaf.name, index: nil), analytic: analytic, floor: typical / 1000, step: settings.step
    ) { distance in zip(center, direction).map { $0 + distance * $1 } }
  }

  /// An element that is wrong, where the derivative along a direction is: of two halves of the direction, the one
  /// that is further off has it.
  func wrongElement(along direction: [Double]) -> Int {
    var range = direction.indices
    func gap(_ half: Range<Int>) -> Double {
      compared(direction: direction.indices.map { half.contains($0) ? direction[$0] : 0 }).gap
    }
    while range.count > 1 {
      let middle = (range.lowerBound + range.upperBound) / 2
      let halves = (range.lowerBound..<middle, middle..<range.upperBound)
      range = gap(halves.0) >= gap(halves.1) ? halves.0 : halves.1
    }
    return range.lowerBound
  }

  // The step and tenths of it. Below 1e-8 rounding hides what is looked for.
  private var shortenings: [Double] {
    let factors: [Double] = [1, 10, 100, 1000, 1e4, 1e5]
    return [1] + factors.dropFirst().prefix { settings.step / $0 >= 0.9e-8 }
  }

  private func compared(
    _ place: GradientReport.Place, analytic: Double, floor: Double, step: Double, moved: (Double) -> [Double]
  ) -> GradientReport.Finding {
    func change(_ distance: Double) -> Double { projection.change(leaf.id, to: moved(distance)) }
    var sides = (left: 0.0, right: 0.0)
    let shortenings = shortenings
    for shortening in shortenings {
      let h = step / shortening
      // The four values of the difference have 18 twelfths of weight together, and may all be rounded the wrong way.
      let floor = Swift.max(floor, max(1.5 * rounding / h, roundingOfGradients) / settings.tolerance)
      let (below2, below, above, above2) = (change(-2 * h), change(-h), change(h), change(2 * h))
      // The slopes of the parabolas through the three points of each side.
      sides = ((below2 - 4 * below) / (2 * h), (4 * above - above2) / (2 * h))
      let steepest = Swift.max(abs(sides.left), abs(sides.right), floor)
      let isSmooth = abs(sides.left - sides.right) <= settings.tolerance * steepest
      // What is not a number on one side, such as the logarithm below 0, may be one nearer by.
      let isLast = shortening == shortenings.last
      guard isSmooth || (isLast && (sides.left - sides.right).isNaN) else { continue }
      let numeric = (8 * (above - below) - (above2 - below2)) / (12 * h)
      let scale = Swift.max(abs(analytic), abs(numeric), floor)
      let error = analytic == numeric ? 0 : abs(analytic - numeric) / scale
      return .comparison(
        .init(
          place: place, analytic: analytic, numeric: numeric, error: error.isNaN ? .infinity : error),
        isShortened: shortening > 1)
    }
    return .kink(.init(place: place, left: sides.left, right: sides.right))
  }
}
