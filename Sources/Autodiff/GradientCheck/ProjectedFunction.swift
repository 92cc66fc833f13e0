/// A function projected on fixed weights to a number, around the values of its inputs.
struct ProjectedFunction {
  private let held: DetachedFunction
  private let program: Program
  private let weights: [Double]
  private let center: [Double]

  init(_ held: DetachedFunction, weights: [Double]) throws {
    self.held = held
    self.weights = weights
    program = try held.program(outputs: [held.target])
    program.run()
    center = program.value(of: held.target)
  }

  /// How much it changes when one leaf of the original graph takes other elements.
  func change(_ leaf: NodeID, to elements: [Double]) -> Double {
    guard let id = held.node(leaf), let input = held.graph.nodes[id].input,
      case .real(let own, _)? = held.values[id]
    else { fatalError("%\(leaf) is no real input") }
    program.setInput(input.name, to: elements)
    program.run()
    let moved = program.value(of: held.target, as: Double.self)
    program.setInput(input.name, to: own)
    return weights.indices.reduce(0) { $0 + weights[$1] * (moved[$1] - center[$1]) }
  }

  /// What rounding does to a change, as far as it is rounding of the result: half a unit in the last place of
  /// each element, a few times.
  var rounding: Double {
    4 * Double.ulpOfOne * weights.indices.reduce(0) { $0 + abs(weights[$1] * center[$1]) }
  }

  /// The standard deviation of what rounding on the way to the result does to a change as a leaf moves: a
  /// normalization of nearly equal rows makes a thousand times as much of it.
  ///
  /// It is told from the third differences of values so close together that the function itself has none
  /// (Moré and Wild 2011, "Estimating computational noise"). A side on which it is far larger has a kink.
  func noise(of leaf: CheckedInput) -> Double {
    let center = leaf.value.reals
    var generator = CounterGenerator(seed: 0, leaf.id)
    let direction = center.map { 1e-9 * Swift.max(1, abs($0)) * generator.uniform(0.5...1.5) }
    let variances = [1.0, -1].map { side in
      var values = (1...12).map { place in
        change(leaf.id, to: zip(center, direction).map { $0 + side * Double(place) * $1 })
      }
      for _ in 0..<3 { values = zip(values.dropFirst(), values).map { $0 - $1 } }
      // The weights of a third difference are 1, 3, 3 and 1, whose squares are 20 together.
      return values.reduce(0) { $0 + $1 * $1 } / Double(20 * values.count)
    }.filter(\.isFinite)
    guard let least = variances.min() else { return 0 }
    let mean = variances.reduce(0, +) / Double(variances.count)
    return Swift.min(mean, 9 * least).squareRoot()
  }

  /// What rounding may do to a derivative that is the sum of some of size 1, a few times.
  var roundingOfGradients: Double { 4 * Double.ulpOfOne * weights.reduce(0) { $0 + abs($1) } }
}
