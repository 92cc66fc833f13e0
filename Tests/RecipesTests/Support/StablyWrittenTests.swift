import Ops
import Testing

@testable import Recipes

/// The texts that identify a stage in its files. A change of one retrains every stage that has it, so a type
/// that is renamed conforms to `StablyWritten` and writes itself as before.
struct StablyWrittenTests {
  private static let written: [(value: any Sendable, text: String)] = [
    (RandomFlip(), "RandomFlip(0.5,0.0)"),
    (
      RandomResizedCrop(area: 0.5...1, aspect: 0.75...1.5),
      "RandomResizedCrop(Bounds(0.5,1.0),Bounds(0.75,1.5),Interpolation(\"bilinear\"))"
    ),
    (RandomGrayscale(probability: 0.2), "RandomGrayscale(0.2)"),
    (RandomRotation(degrees: 20), "RandomRotation(20.0)"),
    (CenterCrop(fraction: 0.9), "CenterCrop(0.9)"),
    (GaussianBlur(sigma: 0.1...2, probability: 0.5), "GaussianBlur(Bounds(0.1,2.0),0.5)"),
    (
      ColorJitter(brightness: 0.1, contrast: 0.2, saturation: 0.3, hue: 0.4),
      "ColorJitter(0.1,0.2,0.3,0.4,0.8)"
    ),
    (Views(2, size: 32) { RandomFlip() }, "Views(2,32,(RandomFlip(0.5,0.0)))"),
    (Views(6, share: 0.5) { RandomFlip() }, "Views(6,nil,0.5,(RandomFlip(0.5,0.0)))"),
    (SGD(learningRate: 0.1), "SGD(0.1,0.9,false,0.0,(Variable.Role.weight()))"),
    (
      SGD(learningRate: 0.1, weightDecay: .cosine(from: 0.04, to: 0.4)),
      "SGD(0.1,0.9,false,Scheduled.cosine((0.04,0.4)),(Variable.Role.weight()))"
    ),
    (Scheduled.warmup(from: 0.5, to: 0.1, over: 0.2), "Scheduled.warmup((0.5,0.1,0.2))"),
    (LARS(learningRate: 0.3), "LARS(0.3,0.9,1e-06,0.001)"),
    (AdamW(learningRate: 0.001), "AdamW(0.001,(0.9,0.999),1e-08,0.01,(Variable.Role.weight()))"),
    (
      LARS(learningRate: 0.3).layerDecay(0.75).clipping(norm: 1),
      "GradientClipping(LayerDecay(LARS(0.3,0.9,1e-06,0.001),0.75),1.0)"
    ),
    (
      Optimize(LARS(learningRate: 0.3), batch: 8, epochs: 2),
      "Optimize(LARS(0.3,0.9,1e-06,0.001),Schedule.cosine((0.1)),LearningRate.Scaling(\"none\"),8,nil,"
        + "Sampling.natural(),PairsPerPatient.covering(),2,nil)"
    ),
    (Selection.unlabelled, "Selection.unlabelled()"),
    (Selection.labelled(.train, share: 0.5), "Selection.labelled((Split(\"train\"),0.5))"),
    (EarlyStopping(patience: 3), "EarlyStopping(3,\"balanced\")"),
    (Search(learningRates: [0.1]), "Search((0.1),(),\"balanced\")"),
    (Recipes.Evaluate(), "Evaluate(Split(\"test\"),false)"),
    (Initializer.normal(deviation: 0.5), "Initializer.normal((0.5))"),
    (Scheduled.linear(from: 0.5, to: 0.1), "Scheduled.linear((0.5,0.1))"),
  ]

  /// A property that is renamed changes nothing; one that is added, or comes in another order, does.
  @Test(arguments: written.indices) func settingsAreWrittenAsBefore(index: Int) {
    let (value, text) = StablyWrittenTests.written[index]
    #expect(StableText(of: value).text == text)
  }

  private static let stages: [any StageRecipe] = [
    SimCLR(SmallClinic.encoder, batch: 8, epochs: 1), MICLe(SmallClinic.encoder, batch: 8, epochs: 1),
    MoCo(SmallClinic.encoder, batch: 8, epochs: 1), BYOL(SmallClinic.encoder, batch: 8, epochs: 1),
    SimSiam(SmallClinic.encoder, batch: 8, epochs: 1), BarlowTwins(SmallClinic.encoder, batch: 8, epochs: 1),
    VICReg(SmallClinic.encoder, batch: 8, epochs: 1), MoCoV3(SmallClinic.encoder, batch: 8, epochs: 1),
    DINO(SmallClinic.encoder, batch: 8, epochs: 1),
    MaskedAutoencoder(
      VisionTransformer(.custom(channels: 8, depth: 1, heads: 2), patch: 4, imageSize: 16),
      decoder: ReconstructionHead(width: 8, depth: 1, heads: 2), batch: 8, epochs: 1),
    Supervised(SmallClinic.encoder, classes: 3, batch: 8, epochs: 1),
    Classifier(SmallClinic.encoder, classes: 3, named: "classifier", batch: 8, epochs: 1),
  ]

  /// The types of operations and settings in the stages of every recipe.
  private static let names: Set<String> = [
    "Add", "AdamW", "BatchGather", "BatchScatterAdd", "Bounds", "Broadcast", "ColorJitter", "Compare",
    "Compare.Kind.equal",
    "Compare.Kind.less",
    "Concatenate", "Constant", "Convolution2D", "ConvolutionInputGradient", "ConvolutionWeightGradient",
    "Divide", "ElementType", "Exp", "GaussianBlur", "Gelu", "GeluSlope", "GradientClipping",
    "Initializer.constant", "Initializer.normal",
    "Initializer.uniform", "Input", "Interpolation", "LARS", "LearningRate.Scaling", "LogSumExp", "MatMul",
    "Maximum", "Minimum", "Moments", "Multiply", "Negate", "OneHot", "Optimize", "Pad",
    "PairsPerPatient.covering",
    "RandomFlip", "RandomGrayscale", "RandomResizedCrop", "RandomRotation", "RandomSubset", "Relu", "Reshape",
    "Rsqrt",
    "SGD", "Sampling.natural", "Schedule.cosine", "Scheduled.cosine", "Scheduled.warmup", "Select",
    "SelfAttention",
    "SelfAttentionGradient", "Selection.labelled",
    "Selection.patients", "Selection.unlabelled", "Slice", "Softmax", "Split", "Sqrt", "StopGradient",
    "Subtract",
    "Sum", "Transpose", "Updated", "Variable.Role.weight", "VariableRead", "Views", "Window", "Window.Axis",
  ]

  @Test func namesStayAsTheyAre() throws {
    var found: Set<String> = []
    for recipe in Self.stages {
      let plan = try StagePlan(
        recipe.stage, on: SmallClinic.dataset(), fingerprint: "test", size: 16, seed: 1, after: nil,
        workers: Workers(count: 1))
      let graph = plan.step.graph
      let values: [Any] =
        graph.nodes.map(\.operation) + graph.variables.map(\.initializer)
        + graph.scheduledInputs.map(\.schedule) + plan.parts.views.lines
        + [plan.optimize, plan.parts.selection, plan.parts.stopping as Any, plan.parts.search as Any]
      for value in values {
        found.formUnion(
          StableText(of: value).text.matches(of: /~?[A-Z][A-Za-z0-9.]*(?=\()/).map { String($0.0) })
      }
    }
    #expect(found == Self.names)
  }
}
