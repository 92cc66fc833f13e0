import Recipes

/// A layer applied to numbers, in double precision.
struct Evaluation {
  let output: [Double]
  let shape: Shape
  /// What the layer's variables are at the end of the step.
  let updates: [String: [Double]]

  /// Applies `layer` to `x`; variables that are not given start as the layer says.
  init(
    of layer: some Layer, on x: [Double], _ shape: Shape, mode: GraphBuilder.Mode = .training,
    variables: [String: [Double]] = [:]
  ) throws {
    let graph = GraphBuilder(precision: .float64, mode: mode)
    let output = layer.atRoot(graph.input("x", shape))
    try graph.verify()
    let interpreter = Interpreter<Double>(
      try graph.build(), inputs: ["x": .real(x, shape)],
      variables: try graph.initialValues(replacing: variables))
    self.output = interpreter[output]
    self.shape = output.shape
    updates = interpreter.updates(of: graph)
  }
}

extension GraphBuilder {
  /// Every variable's first value, or the given one.
  func initialValues(replacing known: [String: [Double]] = [:]) throws -> [String: Value<Double>] {
    var values: [String: Value<Double>] = [:]
    for variable in variables {
      values[variable.path] = .real(
        try known[variable.path] ?? variable.initialValues(seed: 1), variable.type.shape)
    }
    return values
  }
}

extension Interpreter<Double> {
  /// What the variables of `graph` become.
  func updates(of graph: GraphBuilder) -> [String: [Double]] {
    var result: [String: [Double]] = [:]
    for update in graph.updates { result[update.variable.path] = values[update.value].reals }
    return result
  }
}

/// The graph of a model applied to images of the given shape.
func graph(of model: some Layer, on shape: Shape, mode: GraphBuilder.Mode = .training) -> (
  GraphBuilder, output: Tensor
) {
  let graph = GraphBuilder(mode: mode)
  let output = model.atRoot(graph.input("images", shape))
  return (graph, output)
}

/// `count` numbers that look random and are the same each time.
func numbers(_ count: Int, seed: UInt64 = 0) -> [Double] {
  var generator = CounterGenerator(seed: seed)
  return (0..<count).map { _ in generator.normal() }
}

/// Whether two lists agree to within `tolerance` of the larger magnitude of each pair, or of 1.
func agree(_ a: [Double], _ b: [Double], to tolerance: Double = 1e-12) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(abs($0), abs($1), 1) }
}
