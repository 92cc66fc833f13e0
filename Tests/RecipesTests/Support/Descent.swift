@testable import Recipes

/// A small function to descend: the sum of `w^2 [1, 2, -0.5] + w [0.1, 0.2, 0.3]`, from `[0.5, -1, 2]`.
enum Descent {
  /// Where `count` steps lead.
  static func steps(
    _ count: Int, _ optimizer: some Optimizer, role: Variable.Role = .weight
  ) throws -> [Double] {
    let graph = GraphBuilder(precision: .float64)
    let w = graph.variable("w", [3], role: role, initializer: .zeros)
    let gradient = w * graph.constant([2, 4, -1], [3]) + graph.constant([0.1, 0.2, 0.3], [3])
    let rate = graph.input("learningRate", [])
    let next = optimizer.update(graph.variables[0], value: w, gradient: gradient, learningRate: rate)
    graph.update(w, to: next)
    try graph.verify()
    var known = ["w": [0.5, -1, 2]]
    for number in 0..<count {
      var inputs: [String: Value<Double>] = ["learningRate": .real([optimizer.learningRate], [])]
      for input in graph.scheduledInputs {
        inputs[input.name] = .real([input.schedule.value(at: number, of: count)], [])
      }
      let step = Interpreter<Double>(
        try graph.build(), inputs: inputs, variables: try graph.initialValues(replacing: known))
      known = step.updates(of: graph)
    }
    return known["w"] ?? []
  }
}
