import Recipes
import Testing

@testable import SkinMICLe

/// The stages that losses and tunings stand for.
struct ChosenStagesTests {
  @Test(arguments: Objective.allCases)
  func everyLossDescribesItsStages(objective: Objective) throws {
    var recipe = Recipe()
    let network = objective == .mae ? Network.vitTiny : .tiny
    recipe.objective =
      try Arguments(["--loss", objective.rawValue, "--network", network.rawValue]).objective
    recipe.encoder = network.encoder(patch: 8, size: 16)
    let dataset = try Clinic(seed: 0, size: 16).dataset(
      Clinic.Census(unlabelled: 128, train: 1, validation: 1, test: 1))
    // Whatever does not go together would be refused here.
    #expect(try recipe.pipeline.memory(on: dataset, size: 16).count == 7)
  }

  /// With `--tune features` nothing but the views differs from `head`.
  @Test func aHeadOnFeaturesSeesWhatIsScored() throws {
    var recipe = Recipe()
    recipe.branches = [.simclr]
    recipe.tunings = try Arguments(["--tune", "head,features"]).tunings
    let stages = recipe.pipeline.stages.filter { $0.component(Evaluate.self) != nil }
    #expect(stages.map(\.name) == ["SimCLR, head alone", "SimCLR, head on features"])
    #expect(stages[1].component(Views.self) == .scored)
    #expect(stages[0].component(Views.self) != .scored)
    #expect(stages[0].layers.first as? LearningRateMultiplier == recipe.encoder.frozen())
    #expect(
      stages[0].components.map(\.summary).dropFirst() == stages[1].components.map(\.summary).dropFirst())
  }

  /// A transformer with the positions and first weights of masked autoencoders and MoCo v3.
  private let start = VisionTransformer(.tiny, patch: 8, imageSize: 16, positions: .sineCosine)
    .xavierInitialized()

  /// Other losses, and weights from a file, leave the transformer as it is.
  @Test func transformersStartAsInThePapers() {
    let encoder = Network.vitTiny.encoder(patch: 8, size: 16)
    #expect(Objective.mocov3.layers(of: encoder) as? XavierInitialization == start)
    #expect(Objective.dino.layers(of: encoder) as? VisionTransformer == encoder as? VisionTransformer)
    let loaded = encoder.pretrained("weights.safetensors")
    #expect(Objective.mocov3.layers(of: loaded) as? Pretrained == loaded)
    #expect(Objective.mae.layers(of: loaded) as? PatchMasking == loaded.masked())
  }

  /// MICLe's pairs are nothing for a reconstruction.
  @Test func aMaskedAutoencoderGoesOnWithNTXent() throws {
    var recipe = Recipe()
    recipe.objective = .mae
    recipe.encoder = Network.vitTiny.encoder(patch: 8, size: 16)
    let stages = recipe.pipeline.stages
    let simclr = try #require(stages.first { $0.name == "simclr" })
    #expect(simclr.component(ReconstructionError.self) != nil)
    #expect(simclr.layers.first as? PatchMasking == start.masked())
    let views = try #require(simclr.component(Views.self))
    #expect(views.count == 1)
    #expect(views.summary.contains("RandomResizedCrop") && !views.summary.contains("ColorJitter"))
    let micle = try #require(stages.first { $0.name == "micle" })
    #expect(micle.predecessor == simclr && micle.component(NTXent.self) != nil)
    #expect(micle.layers.first is VisionTransformer && micle.component(Views.self)?.count == 2)
    let longer = try #require(stages.first { $0.name == "simclr longer" })
    #expect(longer.component(ReconstructionError.self) != nil)
  }
}
