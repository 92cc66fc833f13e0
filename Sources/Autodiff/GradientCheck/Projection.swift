/// A function projected on fixed weights to a number, around the values of its inputs.
struct Projection {
  private let held: HeldFunction
  private let program: Program
  private let weights: [Double]
  private let center: [Double]

  init(_ held: HeldFunction, weights: [Double]) throws(GraphErrors) {
    self.held = held
    self.weights = weights
    program = try held.program(outputs: [held.target])
    program.run()
    center = program.value(of: held.target)
  }

  /// How much it changes when one leaf of the original graph takes other elements.
  func change(_ leaf: NodeID, to elements: [Double]) -> Double {
    guard let id = held.node(leaf), let input = held.graph.nodes[id].operation as? Input,
      case .real(let own, _)? = held.values[id]
    else { fatalError("%\(leaf) is no real input") }
    program.setInput(input.name, to: elements)
    program.run()
    let moved = program.value(of: held.target, as: Double.self)
    program.setInput(input.name, to: own)
    return weights.indices.reduce(0) { $0 + weights[$1] * (moved[$1] - center[$1]) }
  }

  /// What rounding may do to a change: half a unit in the last place of each element, a few times.
  var rounding: Double {
    4 * Double.ulpOfOne * weights.indices.reduce(0) { $0 + abs(weights[$1] * center[$1]) }
  }

  /// What rounding may do to a derivative that is the sum of some of size 1, a few times.
  var roundingOfGradients: Double { 4 * Double.ulpOfOne * weights.reduce(0) { $0 + abs($1) } }
}
