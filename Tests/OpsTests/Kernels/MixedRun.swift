import TestSupport
import Testing

@testable import Autodiff

/// A graph run once in mixed precision, and interpreted in double precision.
struct MixedRun {
  /// What the values of inputs and variables are.
  enum Numbers {
    /// -1, 0 and 1, of which a sum of some hundred products has at most 8 bits.
    case whole
    /// Between -1 and 1.
    case real
  }

  let compilation: Compilation
  /// The values of the outputs.
  let found: [[Float]]
  /// The same as defined.
  var expected: [[Double]] { reference.outputs.map { exact.values[$0] } }

  private let reference: Graph
  private let exact: ErrorBounds

  /// - Parameter build: Adds a computation to a graph, and returns its outputs.
  init(of options: CompilerOptions, inputs numbers: Numbers, _ build: (GraphBuilder) -> [Tensor]) throws {
    let graph = GraphBuilder(precision: .float32)
    let outputs = build(graph)
    try graph.verify()
    let inputs = MixedRun.values(for: graph, numbers)
    let plans = try [Workers.single, .pair].map {
      try ProgramPlan(graph, outputs: outputs, workers: $0, options: options)
    }
    let results = try plans.map { plan in
      let program = try Program(plan)
      for (name, value) in inputs {
        let values = value.reals.map { Float($0) }
        if graph.variables.contains(where: { $0.path == name }) {
          program.setVariable(name, to: values)
        } else {
          program.setInput(name, to: values)
        }
      }
      program.run()
      return outputs.map { program.value(of: $0, as: Float.self) }
    }
    #expect(zip(results[0], results[1]).allSatisfy { hasSameBits($0, $1) }, "threads change bits")
    found = results[0]
    compilation = plans[0].compilation

    let defined = GraphBuilder(precision: .float64)
    let tensors = build(defined)
    reference = try defined.build(outputs: tensors).compiled(by: GraphPass.all, options: options)
    let names = [compilation.graph, reference].map { $0.nodes.map(\.operation.name) }
    try #require(names[0] == names[1], "the graph of each precision is the same")
    exact = ErrorBounds(reference, inputs: inputs)
  }

  /// The nodes whose values are stored rounded.
  var rounded: Set<NodeID> {
    Set(
      compilation.schedule.buffers.indices.filter { compilation.schedule.buffers[$0]?.storage == .bfloat16 })
  }

  /// Expects whole numbers without errors.
  func expectExact(sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    #expect(exact.isExact(ofRounded: rounded), sourceLocation: sourceLocation)
    for (place, (found, expected)) in zip(found, expected).enumerated() {
      let wrong = zip(found, expected).count { Double($0) != $1 }
      #expect(
        wrong == 0 && found.count == expected.count, "output \(place): \(wrong) of \(found.count)",
        sourceLocation: sourceLocation)
    }
  }

  /// Expects errors within what rounding may amount to, and on average what it is expected to: at most half more,
  /// as errors with a common cause add up to more than independent ones. They may be less, as not all that could
  /// be is rounded.
  func expectWithinBounds(sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    let (bounds, variances) = (exact.errors(ofRounded: rounded), exact.variances(ofRounded: rounded))
    for (place, (found, id)) in zip(found, reference.outputs).enumerated() {
      let errors = zip(found, exact.values[id]).map { abs(Double($0) - $1) }
      let wrong = zip(errors, bounds[id]).count { !($0 <= $1) }
      #expect(
        wrong == 0 && errors.count == bounds[id].count, "output \(place): \(wrong) of \(errors.count)",
        sourceLocation: sourceLocation)
      let expected = (variances[id].reduce(0, +) / Double(max(1, errors.count))).squareRoot()
      let ratio = rms(errors) / expected
      print(
        "RATIO \(place) \(ratio) bound/rms \(rms(bounds[id]) / rms(exact.values[id])) err \(rms(errors) / rms(exact.values[id]))"
      )
      #expect(
        ratio < 1.5, "output \(place): \(ratio) of what is expected",
        sourceLocation: sourceLocation)
    }
  }

  private func rms(_ x: [Double]) -> Double {
    (x.reduce(0) { $0 + $1 * $1 } / Double(max(1, x.count))).squareRoot()
  }

  private static func values(for graph: GraphBuilder, _ numbers: Numbers) -> [String: Value<Double>] {
    var generator = CounterGenerator(seed: 11)
    // Few of many terms of a sum are not 0.
    func number(_ name: String, _ index: Int, share: Double = 0.25) -> Double {
      switch (numbers, name) {
      case (.whole, "scale"): [1, 2, -1][index % 3]
      case (.whole, "shift"): [0, 1, -1, 2][index % 4]
      case (.whole, _): generator.chance(share) ? (generator.chance(0.5) ? 1 : -1) : 0
      // Normalized numbers are positive in some channels and negative in others.
      case (.real, "scale"): generator.uniform(0.5...1)
      case (.real, "shift"): index % 4 == 3 ? -8 : 8
      case (.real, _): Double(Float(generator.uniform(-1...1)))
      }
    }
    var values: [String: Value<Double>] = [:]
    for input in graph.inputs {
      let shape = graph.nodes[input.node].type.shape
      values[input.name] = .real((0..<shape.count).map { Double(Float(number(input.name, $0))) }, shape)
    }
    for variable in graph.variables {
      let shape = variable.type.shape
      let share = min(0.25, 32 * Double(shape.channels) / Double(shape.count))
      values[variable.path] = .real(
        (0..<shape.count).map { Double(Float(number(variable.path, $0, share: share))) }, shape)
    }
    return values
  }
}
