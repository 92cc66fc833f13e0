import Ops
import Testing

@testable import Recipes

/// What files are told apart by outlives the names of Swift's types.
struct StableNamesTests {
  /// Names are added here. One that is taken away or changed has every stage that holds it trained again.
  private static let operations: Set<String> = [
    "Absolute", "Add", "ArgMax", "AveragePool2D", "AveragePool2DGradient", "Broadcast", "Compare",
    "Compare.Kind", "Concatenate", "Constant", "Convolution2D", "ConvolutionInputGradient",
    "ConvolutionWeightGradient", "CustomGradient", "Divide", "ElementType", "Entry", "Erf", "Exp", "Gather",
    "GradientRule",
    "Input", "Log", "LogSumExp", "MatMul", "Max", "MaxPool2D", "MaxPool2DGather", "MaxPool2DGradient",
    "Maximum", "Minimum", "Moments", "Multiply", "Negate", "OneHot", "OptimizationBarrier", "Pad", "Power",
    "Relu", "Reshape", "Rsqrt", "ScatterAdd", "Select", "Sigmoid", "Slice", "Softmax", "Sqrt",
    "StopGradient", "Subtract", "Sum", "Tanh", "Transpose", "Updated", "VariableRead", "Window",
    "Window.Axis",
  ]

  @Test func operationsKeepTheirNames() {
    let names = StableNames.operations.map(\.name)
    #expect(Set(names) == StableNamesTests.operations)
    let all = names + StableNames.settings.map(\.name)
    #expect(Set(all).count == all.count)
  }

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
    (SGD(learningRate: 0.1), "SGD(0.1,0.9,false,0.0,(Role.weight()))"),
    (LARS(learningRate: 0.3), "LARS(0.3,0.9,1e-06,0.001)"),
    (AdamW(learningRate: 0.001), "AdamW(0.001,(0.9,0.999),1e-08,0.01,(Role.weight()))"),
    (
      Optimize(LARS(learningRate: 0.3), batch: 8, epochs: 2),
      "Optimize(LARS(0.3,0.9,1e-06,0.001),Schedule.cosine((0.1)),Scaling(\"none\"),8,nil,"
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
    let (value, text) = StableNamesTests.written[index]
    #expect(StableText(of: value).text == text)
  }

  private static let stages: [any StageRecipe] = [
    SimCLR(SmallClinic.encoder, batch: 8, epochs: 1), MICLe(SmallClinic.encoder, batch: 8, epochs: 1),
    MoCo(SmallClinic.encoder, batch: 8, epochs: 1), BYOL(SmallClinic.encoder, batch: 8, epochs: 1),
    SimSiam(SmallClinic.encoder, batch: 8, epochs: 1), BarlowTwins(SmallClinic.encoder, batch: 8, epochs: 1),
    VICReg(SmallClinic.encoder, batch: 8, epochs: 1),
    Supervised(SmallClinic.encoder, classes: 3, batch: 8, epochs: 1),
    Classifier(SmallClinic.encoder, classes: 3, named: "classifier", batch: 8, epochs: 1),
  ]

  /// Nothing that our own stages are told apart by has a name of Swift's.
  @Test(arguments: stages.indices) func everythingOfARecipeHasAName(index: Int) throws {
    let plan = try StagePlan(
      StableNamesTests.stages[index].stage, on: SmallClinic.dataset(), fingerprint: "test", size: 16, seed: 1,
      after: nil, workers: Workers(count: 1))
    let graph = plan.step.graph
    let values: [Any] =
      graph.nodes.map(\.operation) + graph.variables.map(\.initializer)
      + graph.scheduledInputs.map(\.schedule) + plan.parts.views.lines
      + [plan.optimize, plan.parts.selection, plan.parts.stopping as Any, plan.parts.search as Any]
    for value in values {
      let text = StableText(of: value).text
      #expect(!text.contains("~"), "\(text)")
    }
  }
}
