/// The derivatives of a projection with respect to one leaf, by the tape and by finite differences.
struct Derivatives {
  private let projection: ProjectedFunction
  private let leaf: CheckedInput
  private let gradient: [Double]
  private let settings: CheckSettings
  private let center: [Double]
  // The rounding error of a difference.
  private let noise: Double
  private let roundingOfGradients: Double
  private let largest: Double

  /// Creates the derivatives of a projection with respect to a leaf.
  ///
  /// - Parameter gradient: The gradient by the tape.
  init(
    of projection: ProjectedFunction, for leaf: CheckedInput, by gradient: [Double], _ settings: CheckSettings
  ) {
    self.projection = projection
    self.leaf = leaf
    self.gradient = gradient
    self.settings = settings
    center = leaf.value.reals
    noise = Swift.max(projection.rounding, 6 * projection.noise(of: leaf))
    roundingOfGradients = projection.roundingOfGradients
    largest = gradient.reduce(0) { Swift.max($0, abs($1)) }
  }

  /// Returns the derivative with respect to one element.
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

  /// Returns the directional derivative.
  func compared(direction: [Double]) -> GradientReport.Finding {
    let analytic = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
    let typical = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return compared(
      .init(input: leaf.name, index: nil), analytic: analytic, floor: typical / 1000, step: settings.step
    ) { distance in zip(center, direction).map { $0 + distance * $1 } }
  }

  /// Returns a wrong element, given a direction with a wrong derivative, by bisection: the half with the
  /// larger error contains it.
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

  // The step and decimal fractions of it. Below 1e-8, rounding dominates.
  private var shortenings: [Double] {
    let factors: [Double] = [1, 10, 100, 1000, 1e4, 1e5]
    return [1] + factors.dropFirst().prefix { settings.step / $0 >= 0.9e-8 }
  }

  // Decimal multiples of the step. Above 1e-2, few functions are close to a polynomial of low degree.
  private var lengthenings: [Double] { [10, 100, 1000].filter { settings.step * $0 <= 1.1e-2 } }

  // Derivative estimates from two points on each side.
  private struct Slopes {
    /// The fourth-order central difference.
    let numeric: Double
    /// The one-sided slopes of the parabolas through three points.
    let left: Double
    let right: Double
    /// The rounding error of `numeric`: the weights of the four values add up to 18/12, in the worst case
    /// with equal signs.
    let uncertainty: Double

    init(step h: Double, noise: Double, _ change: (Double) -> Double) {
      let (below2, below, above, above2) = (change(-2 * h), change(-h), change(h), change(2 * h))
      numeric = (8 * (above - below) - (above2 - below2)) / (12 * h)
      left = (below2 - 4 * below) / (2 * h)
      right = (4 * above - above2) / (2 * h)
      uncertainty = 1.5 * noise / h
    }

    /// Returns whether the two sides agree up to rounding: the weights of the six values in their difference
    /// add up to 8/2.
    func areSmooth(_ tolerance: Double, floor: Double) -> Bool {
      let steepest = Swift.max(abs(left), abs(right), floor)
      return abs(left - right) <= tolerance * steepest + 8 / 3 * uncertainty
    }
  }

  private func compared(
    _ place: GradientReport.BufferSlice, analytic: Double, floor: Double, step: Double,
    moved: (Double) -> [Double]
  ) -> GradientReport.Finding {
    let floor = Swift.max(floor, roundingOfGradients / settings.tolerance)
    func slopes(_ h: Double) -> Slopes {
      Slopes(step: h, noise: noise) { projection.change(leaf.id, to: moved($0)) }
    }
    func areSmooth(_ slopes: Slopes) -> Bool { slopes.areSmooth(settings.tolerance, floor: floor) }
    func finding(_ slopes: Slopes, isShortened: Bool) -> GradientReport.Finding {
      let numeric = slopes.numeric
      let least = Swift.max(floor, slopes.uncertainty / settings.tolerance)
      let error = analytic == numeric ? 0 : abs(analytic - numeric) / max(abs(analytic), abs(numeric), least)
      return .comparison(
        .init(
          place: place, analytic: analytic, numeric: numeric, error: error.isNaN ? .infinity : error),
        isShortened: isShortened)
    }

    var last = slopes(step)
    if areSmooth(last) {
      // Lengthen the step where rounding would hide an error, unless that crosses a kink.
      for factor in lengthenings where last.uncertainty > settings.tolerance * max(abs(last.numeric), floor) {
        let longer = slopes(step * factor)
        guard areSmooth(longer) else { break }
        last = longer
      }
      return finding(last, isShortened: false)
    }
    for shortening in shortenings.dropFirst() {
      last = slopes(step / shortening)
      if areSmooth(last) { return finding(last, isShortened: true) }
    }
    // One side may be NaN, such as the logarithm below 0, so the difference at the shortest step counts.
    if (last.left - last.right).isNaN { return finding(last, isShortened: true) }
    return .kink(.init(place: place, left: last.left, right: last.right))
  }
}
