import Ops
import Testing

@testable import Recipes

/// A stage is another one, and is trained again, if anything that decides its weights is another.
struct StageIdentityTests {
  private struct Twist: Augmentation {
    var turns = 1

    var summary: String { "Twist" }

    func apply(to image: consuming Image, size: Int, using generator: inout CounterGenerator) -> Image {
      image
    }
  }

  private static func hash(
    _ name: String = "own", views: [any Augmentation] = [RandomFlip()], encoder: ResNet = SmallClinic.encoder,
    objective: any TrainingObjective = NTXent(), optimizer: any Optimizer = SGD(learningRate: 0.1),
    selection: Selection = .unlabelled, optimize: ((any Optimizer) -> Optimize)? = nil,
    more: [any StageComponent] = [], precision: Precision = .single, fingerprint: String = "data",
    seed: UInt64 = 1, after: String? = nil
  ) throws -> String {
    let stage = Stage(name, on: selection) {
      Views(2) { for view in views { view } }
      encoder
      ProjectionHead(hidden: [8], output: 3)
      objective
      optimize?(optimizer) ?? Optimize(optimizer, batch: 8, epochs: 2)
      more
    }
    let parts = try StageConfiguration(of: stage)
    let step = try TrainingStep(
      .init(
        networks: Networks(model: parts.model, predictor: parts.predictor, target: parts.target),
        objective: parts.objective,
        form: BatchForm(samples: 8, views: 2, labels: parts.objective.needs.labels ? .all : .none),
        optimizer: optimizer, images: [ImageGroup(views: 2, image: [16, 16, 3])]))
    return StageIdentity(
      of: stage, parts, parts.optimize, precision, step.graph, fingerprint: fingerprint, values: nil,
      seed: seed, after: after
    ).hash
  }

  private func expectDifferent(_ hashes: [() throws -> String]) throws {
    let all = try hashes.map { try $0() }
    #expect(Set(all).count == all.count)
    #expect(try hashes.map { try $0() } == all)
  }

  @Test func itIsItsNameDataSeedPrecisionAndPredecessor() throws {
    try expectDifferent([
      { try Self.hash() }, { try Self.hash("other") }, { try Self.hash(fingerprint: "other") },
      { try Self.hash(seed: 2) }, { try Self.hash(after: "other") },
      { try Self.hash(precision: .mixed) },
    ])
  }

  @Test func itIsItsAugmentations() throws {
    let augmentations: [any Augmentation] = [
      RandomFlip(), RandomFlip(horizontal: 0.4), RandomFlip(vertical: 0.1), RandomResizedCrop(),
      RandomResizedCrop(area: 0.1...1), RandomResizedCrop(aspect: 0.5...2),
      RandomResizedCrop(interpolation: .bicubic), CenterCrop(), CenterCrop(fraction: 0.8),
      GaussianBlur(), GaussianBlur(sigma: 0.1...1), GaussianBlur(probability: 0.4), RandomGrayscale(),
      RandomGrayscale(probability: 0.3), RandomRotation(degrees: 10), RandomRotation(degrees: 20),
      ColorJitter(strength: 0.5), ColorJitter(strength: 0.5, probability: 0.7),
      ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.2), Twist(), Twist(turns: 2),
    ]
    try expectDifferent(
      augmentations.map { augmentation in { try Self.hash(views: [augmentation]) } } + [
        { try Self.hash(views: [RandomFlip(), CenterCrop()]) },
        { try Self.hash(views: [CenterCrop(), RandomFlip()]) }, { try Self.hash(views: []) },
      ])
  }

  @Test func itIsItsOptimizer() throws {
    let optimizers: [any Optimizer] = [
      SGD(learningRate: 0.1), SGD(learningRate: 0.2), SGD(learningRate: 0.1, momentum: 0.8),
      SGD(learningRate: 0.1, nesterov: true), SGD(learningRate: 0.1, weightDecay: 0.1),
      SGD(learningRate: 0.1, weightDecay: 0.1, decaying: [.weight, .bias]), LARS(learningRate: 0.1),
      LARS(learningRate: 0.1, momentum: 0.8), LARS(learningRate: 0.1, weightDecay: 0.1),
      LARS(learningRate: 0.1, eta: 0.1), AdamW(learningRate: 0.1),
      AdamW(learningRate: 0.1, betas: (0.8, 0.999)), AdamW(learningRate: 0.1, betas: (0.9, 0.99)),
      AdamW(learningRate: 0.1, epsilon: 1e-6), AdamW(learningRate: 0.1, weightDecay: 0.1),
      AdamW(learningRate: 0.1, weightDecay: .cosine(from: 0.1, to: 0.2)),
      SGD(learningRate: 0.1, weightDecay: .cosine(from: 0.1, to: 0.3)),
      AdamW(learningRate: 0.1, decaying: [.bias]),
    ]
    try expectDifferent(optimizers.map { optimizer in { try Self.hash(optimizer: optimizer) } })
    try expectDifferent(
      [
        { Optimize($0, batch: 8, epochs: 2) }, { Optimize($0, schedule: .constant, batch: 8, epochs: 2) },
        { Optimize($0, schedule: .cosine(warmup: 0.2), batch: 8, epochs: 2) },
        { Optimize($0, scaling: .linear, batch: 8, epochs: 2) }, { Optimize($0, batch: 8, epochs: 3) },
        { Optimize($0, batch: 8, chunk: 4, epochs: 2) },
        { Optimize($0, batch: 8, epochs: 2, stepsPerEpoch: 3) },
      ].map { optimize in { try Self.hash(optimize: optimize) } })
  }

  @Test func itIsItsObjective() throws {
    let objectives: [any TrainingObjective] = [
      NTXent(), NTXent(temperature: 0.2), NTXent(temperature: .linear(from: 0.1, to: 0.2)),
      NTXent(temperature: .linear(from: 0.1, to: 0.3)), NTXent(temperature: .cosine(from: 0.1, to: 0.2)),
      DCL(), BarlowTwinsLoss(), VICRegLoss(), SupCon(), TripletLoss(), TripletLoss(margin: 0.3),
      JointObjective(NTXent(), VICRegLoss()),
    ]
    try expectDifferent(objectives.map { objective in { try Self.hash(objective: objective) } })
    let ofLabels: [any TrainingObjective] = [
      CrossEntropy(), CrossEntropy(smoothing: 0.1), FocalLoss(), FocalLoss(gamma: 1),
    ]
    try expectDifferent(
      ofLabels.map { objective in
        { try Self.hash(objective: objective, selection: .labelled(.train)) }
      } + [
        { try Self.hash(objective: CrossEntropy(), selection: .labelled(.train, share: 0.5)) },
        {
          try Self.hash(
            objective: CrossEntropy(), selection: .labelled(.train), more: [EarlyStopping(patience: 2)])
        },
        {
          try Self.hash(
            objective: CrossEntropy(), selection: .labelled(.train), more: [EarlyStopping(patience: 3)])
        },
      ])
  }
}
