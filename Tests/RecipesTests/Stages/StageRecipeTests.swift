import Recipes
import Testing

struct StageRecipeTests {
  private let encoder = ResNet(.tiny, stem: .small)

  @Test func aRecipeIsTheStageItStandsFor() {
    let opened = Stage("simclr", on: .unlabelled) {
      Views(2) {
        RandomResizedCrop(area: 0.08...1); RandomFlip()
        ColorJitter(strength: 1); RandomGrayscale()
        GaussianBlur()
      }
      encoder
      ProjectionHead()
      NTXent(temperature: 0.1)
      Optimize(
        LARS(learningRate: 0.3), schedule: .cosine(warmup: 0.1), scaling: .linear, batch: 64, epochs: 40)
    }
    let pipeline = Pipeline("both") {
      opened
      SimCLR(encoder, epochs: 40)
    }
    #expect(pipeline.stages.count == 1)
  }

  /// The settings of each method, as they are written out in a stage.
  @Test func methodsHaveTheirOwnSettings() {
    func stage(
      _ recipe: any StageRecipe, _ optimizer: any Optimizer, on selection: Selection = .unlabelled,
      schedule: Schedule = .cosine(warmup: 0.1), @StageBuilder _ lines: () -> [StageLine]
    ) -> Bool {
      recipe.stage
        == Stage(recipe.stage.name, on: selection) {
          Views.contrastive
          encoder
          lines().map(\.component)
          Optimize(optimizer, schedule: schedule, scaling: .linear, batch: 64, epochs: 9)
        }
    }
    #expect(
      stage(MoCoV3(encoder, epochs: 9), AdamW(learningRate: 1.5e-4, weightDecay: 0.1)) {
        Sequential {
          Linear(1024, bias: false); BatchNorm(); ReLU()
          Linear(1024, bias: false); BatchNorm(); ReLU()
          Linear(256, bias: false); BatchNorm(scale: nil, shift: false)
        }.named("projection")
        PredictionHead { MoCoV3.head(hidden: [1024], output: 256) }
        TargetNetwork(momentum: .cosine(from: 0.99, to: 1))
        MoCoV3Loss(temperature: 0.2)
      })
    let sgd = SGD(learningRate: 0.03, weightDecay: 1e-4)
    #expect(
      stage(MICLe(encoder, epochs: 9), LARS(learningRate: 0.1), on: .patients) {
        ProjectionHead(); NTXent(temperature: 0.1)
      })
    #expect(
      stage(MoCo(encoder, epochs: 9), sgd) {
        ProjectionHead(); TargetNetwork(momentum: 0.99); InfoNCE(queue: 4096, temperature: 0.2)
      })
    #expect(
      stage(BYOL(encoder, epochs: 9), LARS(learningRate: 0.3)) {
        ProjectionHead(normalizingOutput: false); PredictionHead(hidden: [512], output: 128)
        TargetNetwork(momentum: .cosine(from: 0.99, to: 1)); BYOLLoss()
      })
    #expect(
      stage(
        SimSiam(encoder, epochs: 9), SGD(learningRate: 0.05, weightDecay: 1e-4), schedule: .cosine()
      ) {
        ProjectionHead(hidden: [512, 512], output: 512); PredictionHead(hidden: [128], output: 512)
        SimSiamLoss()
      })
    let wide = ProjectionHead(hidden: [512, 512], output: 512, normalizingOutput: false)
    #expect(
      stage(BarlowTwins(encoder, epochs: 9), LARS(learningRate: 0.2)) {
        wide; BarlowTwinsLoss()
      })
    #expect(
      stage(VICReg(encoder, epochs: 9), LARS(learningRate: 0.2)) {
        wide; VICRegLoss()
      })
  }

  /// A method may have views of several sizes, which a call replaces all at once.
  @Test func dinoHasLargeAndSmallCrops() {
    let lines = DINO(encoder, epochs: 9).stage.components
    #expect(lines.compactMap { $0 as? Views } == [.largeCrops, .smallCrops])
    #expect(lines.compactMap { $0 as? DINOLoss } == [DINOLoss()])
    #expect(
      lines.compactMap { $0 as? TargetNetwork } == [TargetNetwork(momentum: .cosine(from: 0.996, to: 1))])
    let own = Views(4, size: 96) { RandomFlip() }
    #expect(
      DINO(encoder, views: .contrastive, own, epochs: 9).stage.components.compactMap { $0 as? Views }
        == [.contrastive, own])
    #expect(DINO(encoder, views: own, epochs: 9).stage.components.compactMap { $0 as? Views } == [own])
  }

  @Test func aMethodFromOutsideHasTheSameInitializer() {
    let stage = Own(encoder, on: .patients, pairs: .atMost(3), epochs: 2).stage
    #expect(stage.name == "own")
    #expect(stage.input.summary == "patients")
    #expect(stage.component(Optimize.self)?.pairs == .atMost(3))
    #expect(stage.component(Optimize.self)?.epochs == 2)
    #expect(Own(encoder, named: "other", loss: NTXent(), epochs: 2).stage.component(NTXent.self) != nil)
  }

  @Test func miclePairsPatientsAndStartsFromSimCLR() {
    let micle = MICLe(encoder, after: SimCLR(encoder, epochs: 40), epochs: 20).stage
    #expect(micle.name == "micle")
    #expect(micle.input.summary == "patients")
    #expect(micle.predecessor?.name == "simclr")
  }

  @Test func aClassifierIsScoredOnTheTestPatients() {
    let classifier = Classifier(encoder, classes: 26, named: "SimCLR").stage
    #expect(classifier.input.summary == "labelled(train)")
    #expect(classifier.component(Recipes.Evaluate.self)?.split == .test)
    #expect(classifier.layers.count == 2)
  }
}

private struct Own: PretrainingRecipe {
  static let method = Pretraining("own", loss: VICRegLoss(), optimizer: SGD(learningRate: 0.1))
  let stage: Stage

  init(stage: Stage) { self.stage = stage }
}
