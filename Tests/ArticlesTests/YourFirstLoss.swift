import Foundation
import Recipes
import Testing

@testable import NewLoss

private let encoder = ResNet(.custom(blocks: [1], bottleneck: false, channels: 4), stem: .small)

struct Focal: TrainingObjective {
  var gamma = 2.0

  var needs: ObjectiveNeeds { ObjectiveNeeds(labels: true) }
  var predicts: ObjectivePrediction { .classes }

  func loss(of batch: TrainingBatch) -> Tensor {
    let own = oneHot(batch.labels, classes: batch.output.shape.channels)
    let logOfP = (own * logSoftmax(batch.output)).sum(axes: [1])
    return -(exp(gamma * log(1 - exp(logOfP))) * logOfP).mean()
  }
}

private let focal = Stage("focal", on: .labelled(.train)) {
  Views(1) { RandomFlip() }
  encoder
  ClassificationHead(classes: 26)
  Focal()
  Optimize(SGD(learningRate: 0.02), batch: 32, epochs: 30)
  Evaluate(on: .test)
}

private let signs = Stage("signs", on: .unlabelled) {
  Views(1) { RandomFlip() }
  encoder
  Linear(3)
  SigmoidCrossEntropy(columns: ["ulcer", "scale", "crust"])
  Optimize(SGD(learningRate: 0.02), batch: 32, epochs: 30)
}

private let joint = Stage("joint", on: .partlyLabelled) {
  Views(2) {
    RandomResizedCrop(area: 0.08...1); RandomFlip()
  }
  encoder
  ProjectionHead()
  JointObjective(
    HardNegatives(), FocalLoss().withHead { ClassificationHead(classes: 26) }, weight: 0.5)
  Optimize(LARS(learningRate: 0.3), batch: 64, epochs: 40)
}

private let pretraining = SimCLR(
  encoder, loss: HardNegatives(temperature: .linear(from: 0.5, to: 0.2)), batch: 16, epochs: 2)

@Suite struct YourFirstLoss {
  @Test func aWrongCustomGradientIsFound() throws {
    func softplus(_ x: Tensor) -> Tensor {
      customGradient(for: [x]) { x in
        relu(x[0]) + log(1 + exp(-abs(x[0])))
      } gradient: { upstream, _, x in
        [upstream / (1 + exp(x[0]))]
      }
    }
    struct Draft: ContrastiveLoss {
      let summary = HardNegatives().summary
      func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
        softplus(HardNegatives().margin(z, pairs)).mean()
      }
    }
    let report = try gradientCheck(Draft(), on: .random(8, 16))
    #expect(throws: GradientReport.self) { try report.verify() }
    let text = """
      HardNegatives(temperature: 0.5, hardness: 1.0): a derivative is wrong by 1.5401194 where 1e-06 is allowed,
      z[7, 5]: 0.0007169677945761622 by the tape, -0.0013274245670776722 by differences.
      The gradient of CustomGradient f64[8] is wrong: operand 2[6]: -0.07822806443659283 by the tape,
      -1.0056731556828977 by differences.
      """
    #expect(agrees(report.description, with: text, numbersWithin: 1e-4), "\(report)")
  }

  @Test func gradient() throws {
    try gradientCheck(HardNegatives(), on: .random(8, 16)).verify()
  }

  /// The error is what rounding makes of it: only its size is looked at.
  @Test func whatIsPrintedOfARightGradient() throws {
    let text = """
      HardNegatives(temperature: 0.5, hardness: 1.0): 128 derivatives agree to 8.1730886e-11, the worst
      z[4, 0]: -0.006006529018546389 by the tape, -0.006006529019037308 by differences.
      """
    let report = try gradientCheck(HardNegatives(), on: .random(8, 16))
    #expect(agrees(report.description, with: text, numbersWithin: .infinity), "\(report)")
  }

  @Test func aForgottenTermHasTheRightGradient() throws {
    struct Forgetful: ContrastiveLoss {
      func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
        softplus(HardNegatives().margin(z, pairs) - log(Double(pairs.rows - 2))).mean()
      }
    }
    try gradientCheck(Forgetful(), on: .random(8, 16)).verify()
    let loop = plainLoop(embeddings, temperature: 0.5, hardness: 1)
    #expect(abs(try value(of: Forgetful(), embeddings) - loop) > 0.1)
  }

  private var embeddings: [[Double]] {
    var generator = CounterGenerator(seed: 1)
    return (0..<8).map { _ in (0..<16).map { _ in generator.normal() } }
  }

  @Test(arguments: [0, 0.5, 2]) func isWhatTheLoopSays(hardness: Double) throws {
    let loss = HardNegatives(temperature: 0.2, hardness: hardness)
    let loop = plainLoop(embeddings, temperature: 0.2, hardness: hardness)
    #expect(abs(try value(of: loss, embeddings) - loop) < 1e-12)
  }

  @Test func withoutHardnessItIsNTXent() throws {
    let (own, known) = (HardNegatives(temperature: 0.2, hardness: 0), NTXent(temperature: 0.2))
    #expect(abs(try value(of: own, embeddings) - value(of: known, embeddings)) < 1e-12)
  }

  @Test func stage() throws {
    try gradientCheck(pretraining, image: [8, 8, 3]).verify()
  }

  @Test func anObjectiveOfLabels() throws {
    try gradientCheck(Focal(), on: .random(8, 5)).verify()
    for stage in [focal, signs, joint] { try gradientCheck(stage, image: [8, 8, 3], batch: 2).verify() }
  }

  @Test func aStageTrainsWithItAndWarns() throws {
    let photographs = (0..<16).map { number in
      var generator = CounterGenerator(seed: 2, number)
      return Photograph(
        id: "\(number)", patient: "\(number)",
        image: Image(width: 8, height: 8, pixels: (0..<192).map { _ in Float(generator.uniform()) }))
    }
    let dataset = try Dataset(photographs, classes: [], source: "noise")
    var lines: [String] = []
    func run(_ stage: SimCLR) throws -> Report {
      let output = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: output) }
      return try Pipeline("loss") { stage }.run(on: dataset, output: output) {
        lines += [$0.line].compactMap { $0 }
      }
    }
    let losses = try run(pretraining).stages[0].history.losses
    #expect(losses.count == 2 && losses.allSatisfy(\.isFinite))
    #expect(lines.allSatisfy { !$0.contains("hardness") })

    _ = try run(SimCLR(encoder, loss: HardNegatives(hardness: 8), batch: 16, epochs: 1))
    let text = """
      simclr: a hardness of 8.0 leaves each row its nearest few negatives, which may be of its own class; try 1.
      """
    #expect(lines.contains(text), "\(lines)")
  }
}
