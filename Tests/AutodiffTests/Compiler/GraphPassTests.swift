import Recipes
import Testing
import TestSupport

@testable import Autodiff

@Suite struct GraphPassTests {
  private static let chunks = (0..<10).map { $0 * 20..<($0 + 1) * 20 }

  /// After every pass the graph keeps its rules and computes what it did.
  @Test(arguments: chunks)
  func everyPassKeepsRandomGraphs(_ seeds: Range<Int>) throws {
    for seed in seeds {
      let random = RandomGraph(seed: seed, precision: .float64)
      let (inputs, variables) = random.values(as: Double.self)
      try expectEveryPassKeeps(
        random.graph.build(outputs: random.outputs), inputs, variables, "random graph \(seed)")
    }
  }

  @Test(arguments: CheckpointCase.all)
  func everyPassKeepsATrainingStep(_ row: CheckpointCase) throws {
    let step = try row.step(.with)
    let (inputs, variables) = try TrainingSteps.values(for: step, as: Double.self, rate: 0.01)
    try expectEveryPassKeeps(
      step.graph.build(outputs: [step.loss, step.output]), inputs, variables, row.name)
  }

  @Test func everyPassKeepsTransformersAndConvNeXts() throws {
    let networks: [any Layer] = [
      VisionTransformer(.custom(channels: 6, depth: 2, heads: 2), patch: 4, imageSize: 8, layerScale: 0.5),
      ConvNeXt(.custom(blocks: [1, 1], channels: [4, 6]), layerScale: 0.5),
    ]
    for network in networks {
      let step = try TrainingStep(
        LayerSequence([network, Linear(5)]), image: [12, 12, 3], pairs: Pairs(2),
        loss: NTXent(temperature: 0.5), optimizer: AdamW(learningRate: 0.1), precision: .float64)
      let (inputs, variables) = try TrainingSteps.values(for: step, as: Double.self, rate: 0.01)
      try expectEveryPassKeeps(
        step.graph.build(outputs: [step.loss, step.output]), inputs, variables, "\(network)")
      try expectAgreement(
        step.graph, outputs: [step.loss, step.output], inputs: inputs, variables: variables,
        tolerance: 1e-10)
    }
  }

  private func expectEveryPassKeeps(
    _ graph: Graph, _ inputs: [String: Value<Double>], _ variables: [String: Value<Double>], _ name: String
  ) throws {
    let expected = values(graph, inputs, variables)
    var rewritten = graph
    for pass in GraphPass.all {
      rewritten = pass.rewrite(rewritten)
      try rewritten.verify()
      let found = values(rewritten, inputs, variables)
      #expect(found.count == expected.count)
      for (a, b) in zip(found, expected) where largestError(a, b) > 1e-10 {
        Issue.record("\(pass.name) changes \(name) by \(largestError(a, b))")
      }
    }
  }

  private func values(
    _ graph: Graph, _ inputs: [String: Value<Double>], _ variables: [String: Value<Double>]
  ) -> [[Double]] {
    let interpreter = Interpreter<Double>(graph, inputs: inputs, variables: variables)
    return (graph.outputs + graph.updates.map(\.value)).map { interpreter.values[$0].reals }
  }

  /// What one pass does to a small graph, line by line.
  @Test func eachPassDoesItsOwnWork() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", [4])
    let sum = x * (builder.constant(2) * builder.constant(0.5)) + exp(x) + exp(x)
    _ = tanh(x)
    let graph = try builder.build(outputs: [sum])
    #expect(graph.foldingConstants().nodes.contains { ($0.operation as? Constant)?.splat == 1 })
    #expect(operations(graph.foldingConstants().simplified()).contains("Multiply") == false)
    #expect(operations(graph).count { $0 == "Exp" } == 2)
    #expect(operations(graph.withoutCommonSubexpressions()).count { $0 == "Exp" } == 1)
    #expect(operations(graph).contains("Tanh"))
    #expect(!operations(graph.withoutDeadCode()).contains("Tanh"))
  }

  /// A tensor whose parts are read has the sum of their padded gradients: of a part of it, only one is left.
  @Test func readsThroughPadding() throws {
    let builder = GraphBuilder()
    let tape = Tape(builder)
    let x = builder.input("x", [2, 4])
    let (first, second) = (tanh(x.sliced(0..<1, axis: 0)), exp(x.sliced(1..<2, axis: 0)))
    let gradient = tape.gradients(of: (first + second).sum(), for: [x])[0]
    let parts = [0..<1, 1..<2].map { gradient.sliced($0, axis: 0) }
    let simplified = try builder.build(outputs: parts).simplified().withoutDeadCode()
    #expect(!operations(simplified).contains("Pad"))
    let crossed = try builder.build(outputs: [gradient.sliced(0..<2, axis: 1)]).simplified()
    #expect(operations(crossed.withoutDeadCode()).count { $0 == "Pad" } == 2)

    let padded = x.padded(low: [0, 2], high: [0, 3])
    let cuts = [0..<2, 3..<5, 1..<4].map { padded.sliced($0, axis: 1) }
    let read = try builder.build(outputs: cuts).simplified()
    #expect(read.nodes[read.outputs[0]].splat == 0)
    #expect(read.nodes[read.outputs[1]].operands.map { operations(read)[$0] } == ["Input"])
    #expect(read.nodes[read.outputs[2]].operands.map { operations(read)[$0] } == ["Pad"])
  }

  /// A sum over axes of extent 1 and a transpose of such axes move nothing.
  @Test func reshapesUnits() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", [1, 3, 1, 4])
    let outputs = [
      x.sum(axes: [0, 2]), x.transposed([1, 0, 3, 2]), x.sum(axes: [1]), x.transposed([3, 0, 1, 2]),
    ]
    let simplified = try builder.build(outputs: outputs).simplified()
    let names = simplified.outputs.map { operations(simplified)[$0] }
    #expect(names == ["Reshape", "Reshape", "Sum", "Transpose"])
  }

  /// An expression that reads itself twice, over and over, is not taken apart.
  @Test func doesNotUnfoldSharedOperands() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", [4, 3])
    var (squares, padded) = (x.sum(axes: [1]), x.padded(low: [1, 0], high: [0, 0]))
    for _ in 0..<40 {
      squares = squares * squares
      padded = padded + padded
    }
    let outputs = [squares.reshaped(to: [4, 1]), padded.sliced(1..<3, axis: 0)]
    let graph = try builder.build(outputs: outputs)
    #expect(graph.simplified().nodes.count <= graph.nodes.count)
  }

  struct AxesCase: Sendable {
    let shape: Shape
    let axes: [Int], permutation: [Int], adjacent: [Int]

    static let all = [
      AxesCase(shape: [6, 5, 4], axes: [0, 2], permutation: [1, 0, 2], adjacent: [1, 2]),
      AxesCase(shape: [2, 6, 3, 5, 4], axes: [1, 3], permutation: [1, 3, 0, 2, 4], adjacent: [0, 1]),
      AxesCase(shape: [6, 5, 4, 1], axes: [0, 2], permutation: [1, 3, 0, 2], adjacent: [2, 3]),
    ]
  }

  /// A reduction over axes that are not adjacent is one over adjacent axes of a transpose; which of equal
  /// elements is the first does not change.
  @Test(arguments: AxesCase.all)
  func bringsAxesTogether(_ row: AxesCase) throws {
    let builder = GraphBuilder(precision: .float64)
    let x = builder.input("x", row.shape)
    let moments = x.moments(axes: row.axes)
    let outputs = [moments.mean, moments.variance, x.max(axes: row.axes), x.argMax(axes: row.axes)]
    let graph = try builder.build(outputs: outputs)
    let rewritten = graph.withAdjacentAxes().withoutCommonSubexpressions()
    try rewritten.verify()
    #expect(
      rewritten.nodes[1...].prefix(2).map { AnyHashable($0.operation) }
        == [Transpose(permutation: row.permutation), Moments(axes: row.adjacent)])
    #expect(operations(rewritten).count { $0 == "Transpose" } == 1)
    let values = (0..<row.shape.count).map { Double($0 * 7 % 12) }
    try expectAgreement(
      builder, outputs: outputs, inputs: ["x": .real(values, row.shape)], tolerance: 1e-13)
    let schedule = try ProgramPlan(builder, outputs: outputs).schedule
    #expect(schedule.calls.allSatisfy { !$0.isReference } && schedule.slowCalls.isEmpty)
  }

  /// Reductions that one loop does are not rewritten.
  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 1, 2]])
  func leavesAdjacentAxes(_ axes: [Int]) throws {
    let builder = GraphBuilder()
    let graph = try builder.build(outputs: [builder.input("x", [6, 5, 4]).sum(axes: axes)])
    #expect(graph.withAdjacentAxes().description == graph.description)
  }

  /// A variable that takes over another's old value, and an output that shows one, are copied before either
  /// changes.
  @Test func copiesAreNodes() throws {
    let builder = GraphBuilder()
    let a = builder.variable("a", [2], role: .memory, initializer: .zeros)
    let b = builder.variable("b", [2], role: .memory, initializer: .zeros)
    builder.update(a, to: b)
    builder.update(b, to: a + 1)
    let graph = try builder.build(outputs: [a]).withCopies()
    try graph.verify()
    let last = graph.nodes.suffix(4).map(\.operation.name)
    #expect(last == ["Broadcast", "Broadcast", "Assign", "Assign"])
    #expect(graph.nodes[graph.outputs[0]].operation is Broadcast)
    #expect(graph.updates.allSatisfy { graph.nodes[$0.value].operation is Assign })
  }

  private func operations(_ graph: Graph) -> [String] { graph.nodes.map(\.operation.name) }

  @Test func printsWhatAPassDoes() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", [4])
    let graph = try builder.build(outputs: [x * builder.constant(1)])
    let simplified = graph.simplified()
    let all = GraphTrace("graph").lines("algebra", before: graph, after: simplified)
    #expect(all == ["before algebra:", graph.description, "after algebra:", simplified.description])
    #expect(GraphTrace("graph:dead-code").lines("algebra", before: graph, after: simplified).isEmpty)
    #expect(GraphTrace("schedule").lines("algebra", before: graph, after: simplified).isEmpty)
    #expect(GraphTrace(nil).lines("algebra", before: graph, after: simplified).isEmpty)
    #expect(
      GraphTrace("graph:algebra").lines("algebra", before: graph, after: graph) == ["algebra changes nothing"]
    )
  }
}
