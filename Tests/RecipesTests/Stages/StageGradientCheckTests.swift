import Recipes
import Testing

@Suite struct StageGradientCheckTests {
  private let encoder = ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 4), stem: .small)
  private let head = ProjectionHead(hidden: [8], output: 6)

  @Test(arguments: [false, true]) func simCLRPasses(checkpointed: Bool) throws {
    let encoder = ResNet(
      .custom(blocks: [1, 1], bottleneck: false, channels: 4), stem: .small, checkpointed: checkpointed)
    let report = try gradientCheck(SimCLR(encoder, head: head, epochs: 1), image: [8, 8, 3])
    #expect(report.passes, "\(report)")
    #expect(report.name == "simclr")
    #expect(report.compared > 120)
  }

  @Test(arguments: 0..<24 as Range<UInt64>)
  func aConvolutionalEncoderPasses(seed: UInt64) throws {
    let report = try gradientCheck(SimCLR(encoder, head: head, epochs: 1), image: [8, 8, 3], seed: seed)
    #expect(report.passes, "\(report)")
  }

  @Test func aClassifierPasses() throws {
    let stage = Classifier(encoder, classes: 5, named: "five")
    let report = try gradientCheck(stage, image: [8, 8, 3])
    #expect(report.passes, "\(report)")
  }

  /// Its queue and its schedule are as they begin.
  @Test func aStageWithATargetNetworkPasses() throws {
    let stage = Stage("moco", on: .unlabelled) {
      Views.contrastive
      encoder
      head
      PredictionHead(hidden: [5], output: 6)
      TargetNetwork(momentum: 0.99)
      InfoNCE(queue: 12, temperature: .linear(from: 0.5, to: 0.2))
      Optimize(SGD(learningRate: 0.1), batch: 8, epochs: 1)
    }
    let report = try gradientCheck(stage, image: [8, 8, 3])
    #expect(report.passes, "\(report)")
  }

  /// The embeddings that a prediction is compared with are constant to the differences, as they are to the
  /// tape.
  @Test func aStageThatStopsGradientsPasses() throws {
    let stage = Stage("simsiam", on: .unlabelled) {
      Views.contrastive
      encoder
      head
      PredictionHead(hidden: [5], output: 6)
      SimSiamLoss()
      Optimize(SGD(learningRate: 0.1), batch: 8, epochs: 1)
    }
    let report = try gradientCheck(stage, image: [8, 8, 3])
    #expect(report.passes, "\(report)")
    #expect(report.stopped.map(\.operation) == ["StopGradient"])
  }

  @Test func aStageOfGroupsPasses() throws {
    let stage = SimCLR(encoder, on: .labelled(.train), head: head, loss: SupCon(temperature: 0.3), epochs: 1)
    let report = try gradientCheck(stage, image: [8, 8, 3])
    #expect(report.passes, "\(report)")
  }

  /// A mistake in the middle of the encoder is found by the loss and named by layer and line.
  @Test func aMistakeInTheEncoderIsFound() throws {
    let crooked = Doubled()
    let encoder = Sequential {
      Conv2D(4, kernel: 3); BatchNorm(); crooked; GlobalAveragePool()
    }
    let report = try gradientCheck(SimCLR(encoder, head: head, epochs: 1), image: [6, 6, 3])
    #expect(!report.passes)
    #expect(report.mistakenNodes.map(\.origin.location) == [crooked.location], "\(report)")
  }

  /// So is one in the loss, which no layer and no line belongs to.
  @Test func aMistakeInTheLossIsFound() throws {
    let stage = SimCLR(encoder, head: head, loss: Crooked(), epochs: 1)
    let report = try gradientCheck(stage, image: [8, 8, 3])
    #expect(report.mistakenNodes.map(\.origin.description) == ["Twice f64[8,6] at loss"], "\(report)")
  }

  @Test func aStageWithoutALossIsRefused() {
    #expect(throws: PipelineErrors.self) {
      try gradientCheck(Stage("none", on: .unlabelled) { encoder }, image: [8, 8, 3])
    }
  }
}

private struct Doubled: Layer {
  let location: Recipes.SourceLocation?

  init(file: StaticString = #fileID, line: Int = #line) { location = .init(file: file, line: line) }

  func apply(to x: Tensor) -> Tensor { x.graph.apply(Twice(), to: [x]) }
}

private struct Crooked: ContrastiveLoss {
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    NTXent(temperature: 0.5)(z.graph.apply(Twice(), to: [z]) + z, pairs)
  }
}

/// Twice the operand, with a gradient of 2.1.
private struct Twice: TensorOperation {
  func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [upstream * 2.1] }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0].map { $0 * 2 } }
}
