@testable import Recipes
import Ops
import Testing

struct DropoutTests {
  private let shape: Shape = [6, 5, 7]

  /// A program of a layer, or of several, in training or inference.
  private struct Masked {
    let program: Program
    let output: Tensor

    init(_ layer: some Layer, on shape: Shape, mode: GraphBuilder.Mode = .training) throws {
      let graph = GraphBuilder(mode: mode)
      output = layer.atRoot(graph.input("x", shape))
      program = try Program(graph, outputs: [output], workers: Workers(count: 2))
      program.setInput("x", to: [Float](repeating: 3, count: shape.count))
    }

    /// The output of the next step.
    func next() -> [Float] {
      program.run()
      return program.value(of: output)
    }
  }

  @Test(arguments: [0.1, 0.5, 0.9]) func elementsAreLeftOutAtTheRate(rate: Double) throws {
    let masked = try Masked(Dropout(rate), on: [100, 10, 20])
    let values = masked.next()
    let kept = Float(3 / (1 - rate))
    #expect(values.allSatisfy { $0 == 0 || abs($0 - kept) < 1e-5 * kept })
    let share = Double(values.count { $0 == 0 }) / 20000
    #expect(abs(share - rate) < 4 * (rate * (1 - rate) / 20000).squareRoot())
    // Neighbors are independent, in a row and from row to row.
    for distance in [1, 2, 20, 200] {
      let both = zip(values, values.dropFirst(distance)).count { $0 == 0 && $1 == 0 }
      let expected = rate * rate
      let deviation = (expected * (1 - expected) / Double(values.count - distance)).squareRoot()
      #expect(abs(Double(both) / Double(values.count - distance) - expected) < 6 * deviation, "\(distance)")
    }
  }

  @Test func wholeImagesAreLeftOut() throws {
    let masked = try Masked(DropPath(0.25), on: [400, 2, 3])
    let values = masked.next()
    let rows = (0..<400).map { Array(values[$0 * 6..<($0 + 1) * 6]) }
    #expect(rows.allSatisfy { Set($0) == [0] || Set($0) == [4] })
    #expect(abs(rows.count { $0[0] == 0 } - 100) < 35)
    #expect(try Masked(DropPath(0.25), on: [9]).next().allSatisfy { $0 == 0 || $0 == 4 })
  }

  @Test(arguments: [Dropout(0.5), DropPath(0.5)] as [any Layer])
  func eachStepDrawsAnewAndTheSameAgain(layer: any Layer) throws {
    func steps(seed: UInt64? = nil) throws -> [[Float]] {
      let masked = try Masked(LayerSequence([layer]), on: [60, 4])
      if let seed {
        masked.program.setInput(
          TrainingStep.InputName.randomSeed,
          to: [Int32(truncatingIfNeeded: seed), Int32(truncatingIfNeeded: seed >> 32)])
      }
      return (0..<3).map { _ in masked.next() }
    }
    let first = try steps()
    #expect(Set(first).count == 3)
    #expect(try steps() == first)
    for seed in [1, 1 << 32] as [UInt64] { #expect(try Set(steps(seed: seed) + first).count == 6) }
  }

  /// Two layers draw different masks, and so does a layer that is applied twice.
  @Test func eachApplicationDrawsItsOwn() throws {
    struct Both: Layer {
      let names: [String]

      func apply(to x: Tensor) -> Tensor {
        concatenate(names.map { Dropout(0.5).named($0)(x) })
      }
    }
    for names in [["a", "b"], ["a", "a"]] {
      let values = try Masked(Both(names: names), on: [20, 10]).next()
      #expect(values.prefix(200) != values.suffix(200))
    }
  }

  @Test func itDoesNothingWhereNothingIsTrained() throws {
    let layers = LayerSequence([Dropout(0.5), DropPath(0.5)])
    #expect(try Masked(layers, on: shape, mode: .inference).next().allSatisfy { $0 == 3 })
    let frozen = LayerSequence([Linear(7).named("fc"), layers])
    let graph = GraphBuilder()
    _ = frozen.frozen().atRoot(graph.input("x", shape))
    #expect(graph.variables.map(\.path) == ["fc.weight", "fc.bias"] && graph.inputs.count == 1)
    #expect(try Masked(LayerSequence([Dropout(0), DropPath(0)]), on: shape).next().allSatisfy { $0 == 3 })
    // Nor in a target network.
    let step = try TrainingStep(
      LayerSequence([GlobalAveragePool(), Dropout(0.5), Linear(4)]), image: [4, 4, 3], pairs: Pairs(4),
      loss: BYOLLoss(), predictor: PredictionHead { Linear(4) }, target: TargetNetwork(),
      optimizer: SGD(learningRate: 0.1))
    #expect(step.graph.nodes.count { $0.operation.name == "RandomMask" } == 1)
    #expect(step.graph.variables.count { $0.path.contains("random") } == 1)
  }

  /// The gradient is by the mask of the forward pass.
  @Test func gradientsPass() throws {
    try gradientCheck(Dropout(0.4), on: .uniform("x", [3, 5])).verify()
    try gradientCheck(DropPath(0.4), on: .uniform("x", [5, 2, 3])).verify()
    try gradientCheck(TransformerBlock(heads: 2, dropPath: 0.5), on: .uniform("x", [4, 3, 4])).verify()
    let encoder = VisionTransformer(
      .custom(channels: 8, depth: 2, heads: 2), patch: 4, imageSize: 8, dropPath: 0.5)
    let classifier = Classifier(encoder, classes: 3, named: "c")
    try gradientCheck(classifier, image: [8, 8, 3]).verify()
  }

  @Test func theProgramIsTheDefinition() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [4, 3, 5])
    let tape = Tape(graph)
    let y = LayerSequence([Dropout(0.3), DropPath(0.5)]).atRoot(x)
    let gradient = tape.gradients(of: (y * y).sum(), for: [x])[0]
    try graph.verify()
    let values = numbers(60)
    let interpreter = Interpreter<Double>(
      try graph.build(), inputs: ["x": .real(values, [4, 3, 5])], variables: try graph.initialValues())
    let program = try Program(graph, outputs: [y, gradient], workers: Workers(count: 2))
    program.setInput("x", to: values)
    program.run()
    for tensor in [y, gradient] {
      #expect(agree(program.value(of: tensor), interpreter[tensor]))
      #expect(interpreter[tensor].contains(0) && !interpreter[tensor].allSatisfy { $0 == 0 })
    }
  }

  /// timm's rule: linear in the number of a block.
  @Test func ratesRiseThroughATransformer() throws {
    func rates(depth: Int) -> [Double] {
      let graph = GraphBuilder()
      _ = VisionTransformer(
        .custom(channels: 8, depth: depth, heads: 2), patch: 4, imageSize: 8, dropPath: 0.3
      ).atRoot(graph.input("images", [2, 8, 8, 3]))
      return graph.nodes.compactMap { ($0.operation as? RandomMask)?.rate }
    }
    #expect(agree(rates(depth: 4), [0.1, 0.1, 0.2, 0.2, 0.3, 0.3]))
    #expect(rates(depth: 1) == [])
  }
}
