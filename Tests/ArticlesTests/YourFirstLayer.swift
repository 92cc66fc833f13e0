import Recipes
import Testing

private struct SqueezeExcitation: Layer {
  let reduction: Int
  @Incidental private(set) var location: SourceLocation?

  init(reduction: Int = 16, file: StaticString = #fileID, line: Int = #line) {
    self.reduction = reduction
    location = SourceLocation(file: file, line: line)
  }

  var kind: String { "se" }

  var problems: [SettingProblem] { Check.count("reduction", reduction) }

  func apply(to x: Tensor) -> Tensor {
    let (graph, channels) = (x.graph, x.shape.channels)
    guard x.shape.rank == 4, channels % reduction == 0 else {
      return graph.report(
        ShapeError(
          "Squeeze-and-excitation needs images whose channels its reduction divides.",
          expected: "[N, H, W, a multiple of \(reduction)]", found: "\(x.shape)", assuming: x.type))
    }
    let inner = channels / reduction
    let squeeze = graph.variable(
      "squeeze", [channels, inner], role: .weight, layout: .outputsFirst,
      initializer: .linear(inputs: channels))
    let excite = graph.variable(
      "excite", [inner, channels], role: .weight, layout: .outputsFirst,
      initializer: .linear(inputs: inner))
    let gates = sigmoid(matmul(relu(matmul(x.mean(axes: [1, 2]), squeeze)), excite))
    return x * gates.reshaped(to: [x.shape[0], 1, 1, channels])
  }
}

private struct Block: Layer {
  let channels: Int, stride: Int
  var isBlock: Bool { true }
  var body: some Layer {
    Residual {
      Conv2D(channels, kernel: 3, stride: stride); BatchNorm(); ReLU()
      Conv2D(channels, kernel: 3); BatchNorm()
      SqueezeExcitation(reduction: 4)
    } shortcut: {
      Conv2D(channels, kernel: 1, stride: stride); BatchNorm()
    }
    ReLU()
  }
}

private struct Encoder: Layer {
  var body: some Layer {
    Conv2D(8, kernel: 3); BatchNorm(); ReLU()
    Block(channels: 8, stride: 1)
    Block(channels: 16, stride: 2)
    GlobalAveragePool()
  }
}

private struct Mistaken: Layer {
  var body: some Layer {
    Conv2D(8, kernel: 3); BatchNorm(); ReLU()
    SqueezeExcitation(reduction: 3)
    Block(channels: 10, stride: 2)
    Conv2D(26, kernel: 3, groups: 4)
  }
}

// Testing has one too.
private typealias SourceLocation = Recipes.SourceLocation

@Suite struct YourFirstLayer {
  @Test func parametersAreNamedByTheirPath() throws {
    let graph = GraphBuilder()
    _ = Encoder().atRoot(graph.input("images", [32, 64, 64, 3]))
    try graph.validate()
    let text = """
      block2.conv1.weight
      block2.bn1.weight
      block2.bn1.bias
      block2.bn1.running_mean
      block2.bn1.running_var
      block2.conv2.weight
      block2.bn2.weight
      block2.bn2.bias
      block2.bn2.running_mean
      block2.bn2.running_var
      block2.se1.squeeze
      block2.se1.excite
      block2.downsample.0.weight
      block2.downsample.1.weight
      block2.downsample.1.bias
      block2.downsample.1.running_mean
      block2.downsample.1.running_var
      """
    let printed = graph.variables.map(\.path).filter { $0.hasPrefix("block2.") }.joined(separator: "\n")
    #expect(printed == text, "\(printed)")
  }

  @Test func mistakesAreReportedTogether() throws {
    let text = """
      The model has 3 errors.
      se1 (ArticlesTests/YourFirstLayer.swift:64): Squeeze-and-excitation needs
      images whose channels its reduction divides.
        expected: [N, H, W, a multiple of 3]
        found:    [32, 64, 64, 8]
      block1.se1 (ArticlesTests/YourFirstLayer.swift:44): Squeeze-and-excitation needs
      images whose channels its reduction divides.
        expected: [N, H, W, a multiple of 4]
        found:    [32, 32, 32, 10]
      conv2 (ArticlesTests/YourFirstLayer.swift:66): A convolution in groups
      needs channels that divide by their number.
        expected: multiples of 4
        found:    10 channels in and 26 out
      """
    let error = #expect(throws: GraphErrors.self) {
      let graph = GraphBuilder()
      _ = Mistaken().atRoot(graph.input("images", [32, 64, 64, 3]))
      try graph.validate()
    }
    let printed = error?.description ?? ""
    #expect(agrees(printed, with: text, numbersWithin: 0), "\(printed)")
  }

  @Test func gradients() throws {
    try gradientCheck(SqueezeExcitation(reduction: 2), on: .uniform("x", [2, 3, 3, 4])).verify()
    try gradientCheck(Block(channels: 4, stride: 2), on: .uniform("x", [2, 5, 5, 3])).verify()
  }

  /// The error is what rounding makes of it: only its size is looked at.
  @Test func whatIsPrintedOfARightGradient() throws {
    let text = """
      SqueezeExcitation: 88 derivatives agree to 5.9238614e-11, the worst squeeze[2, 0]: 0.003218178960460007 by the
      tape, 0.0032181789606506475 by differences.
      """
    let report = try gradientCheck(SqueezeExcitation(reduction: 2), on: .uniform("x", [2, 3, 3, 4]))
    #expect(agrees(report.description, with: text, numbersWithin: .infinity), "\(report)")
  }

  /// Gates of a half, if nothing comes out of the first product.
  @Test func value() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [1, 2, 2, 4])
    let y = SqueezeExcitation(reduction: 2).atRoot(x)
    let program = try Program(graph, outputs: [y])
    let elements = (0..<16).map { Float($0) }
    program.setInput("x", to: elements)
    program.setVariable("squeeze", to: [Float](repeating: 0, count: 8))
    program.setVariable("excite", to: [Float](repeating: 1, count: 8))
    program.run()
    #expect(program.value(of: y) == elements.map { $0 / 2 })
  }

  @Test func inAStage() throws {
    let stage = SimCLR(Encoder(), head: ProjectionHead(hidden: [8], output: 8), epochs: 40)
    try gradientCheck(stage, image: [8, 8, 3]).verify()
  }
}
