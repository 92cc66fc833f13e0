/// A function projected on fixed weights to a scalar, around the values of its inputs.
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

  /// Returns the change of the projection when one leaf of the original graph takes other values.
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

  /// The rounding error of a change due to the result alone: a few times half a unit in the last place of
  /// each element.
  var rounding: Double {
    4 * Double.ulpOfOne * weights.indices.reduce(0) { $0 + abs(weights[$1] * center[$1]) }
  }

  /// Returns the standard deviation of the rounding error that intermediate values contribute to a change: a
  /// normalization of nearly equal rows amplifies it a thousandfold.
  ///
  /// It is estimated from third differences of values so close together that those of the function itself
  /// vanish (Moré and Wild 2011, "Estimating computational noise"). A side where it is far larger has a kink.
  func noise(of leaf: CheckedInput) -> Double {
    let center = leaf.value.reals
    var generator = CounterGenerator(seed: 0, leaf.id)
    let direction = center.map { 1e-9 * Swift.max(1, abs($0)) * generator.uniform(0.5...1.5) }
    let variances = [1.0, -1].map { side -> Double in
      var values = (1...12).map { place -> Double in
        let distance = side * Double(place)
        return change(leaf.id, to: zip(center, direction).map { $0 + distance * $1 })
      }
      for _ in 0..<3 { values = zip(values.dropFirst(), values).map { $0 - $1 } }
      let squares = values.reduce(0) { $0 + $1 * $1 }
      // The weights of a third difference are 1, 3, 3 and 1; their squares add up to 20.
      return squares / Double(20 * values.count)
    }.filter(\.isFinite)
    guard let least = variances.min() else { return 0 }
    let mean = variances.reduce(0, +) / Double(variances.count)
    return Swift.min(mean, 9 * least).squareRoot()
  }

  /// The rounding error of a derivative that is a sum of terms of size 1, times a few.
  var roundingOfGradients: Double { 4 * Double.ulpOfOne * weights.reduce(0) { $0 + abs($1) } }
}
