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
