import Testing

@testable import Recipes

/// What a stage may consist of.
struct StageConfigurationTests {
  private func problems(
    on selection: Selection = .unlabelled, loss: any StageComponent = NTXent(temperature: 0.1),
    views: Int = 2,
    with lines: [any StageComponent]
  ) -> [String] {
    let stage = Stage("s", on: selection) {
      Views(views) { RandomFlip() }
      SmallClinic.encoder
      ProjectionHead(hidden: [8], output: 8)
      loss
      Optimize(SGD(learningRate: 0.1), batch: 8, epochs: 1)
      lines
    }
    do throws(PipelineErrors) {
      _ = try StageConfiguration(of: stage)
      return []
    } catch {
      return error.problems
    }
  }

  @Test(
    arguments: [
      (Recipes.Evaluate(), "Evaluate(on: test, averagingFlips: false)"),
      (Search(learningRates: [0.1]), "Search(learningRates: [0.1], by: balanced)"),
      (EarlyStopping(patience: 3), "EarlyStopping(patience: 3, by: balanced)"),
      (Own(), "Own"),
    ] as [(any StageComponent, String)])
  func aLossOfEmbeddingsHasNoUseForWhatScores(line: any StageComponent, summary: String) {
    #expect(
      problems(with: [line]) == [
        "The stage \"s\" has no use for \(summary): beside its loss of embeddings a stage has Views, layers, Optimize, "
          + "PredictionHead, TargetNetwork, WeightAverage, Audit and Precision."
      ])
  }

  @Test(
    arguments: [
      (PredictionHead { Linear(8) }, "PredictionHead {"), (TargetNetwork(), "TargetNetwork("), (Own(), "Own"),
    ] as [(any StageComponent, String)])
  func aLossOfLabelsHasNoUseForMoreNetworks(line: any StageComponent, summary: String) {
    let found = problems(on: .labelled(.train), loss: CrossEntropy(), views: 1, with: [line])
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("The stage \"s\" has no use for \(summary)"))
    #expect(
      found[0].hasSuffix(
        ": beside its loss of labels a stage has Views, layers, Optimize, Search, EarlyStopping, Evaluate, WeightAverage, "
          + "Audit and Precision."
      ))
  }

  @Test func aLineIsThereOnce() {
    let two: [any StageComponent] = [
      Recipes.Evaluate(on: .test), Recipes.Evaluate(on: .validation),
    ]
    #expect(
      problems(on: .labelled(.train), loss: CrossEntropy(), views: 1, with: two) == [
        "The stage \"s\" has 2 of Evaluate; keep one."
      ])
    #expect(
      problems(with: [TargetNetwork(momentum: 0.9), TargetNetwork()]) == [
        "The stage \"s\" has 2 of TargetNetwork; keep one."
      ])
    #expect(
      problems(with: [Precision.mixed, Precision.single]) == [
        "The stage \"s\" has 2 of Precision; keep one."
      ])
    #expect(problems(with: [TargetNetwork()]).isEmpty && problems(with: [Precision.mixed]).isEmpty)
    #expect(
      problems(with: [NTXent()]) == ["The stage \"s\" has 2 losses; keep one, or a JointObjective of two."])
  }

  @Test func aStageHasAsManyViewsAsItsLossTakes() {
    #expect(
      problems(views: 3, with: []) == [
        "The stage \"s\" draws 3 views of a photograph where its loss takes 2."
      ])
    // Those of all its lines.
    #expect(
      problems(loss: Wide(), with: []) == [
        "The stage \"s\" draws 2 views of a photograph where its loss takes at least 3."
      ])
    #expect(problems(loss: Wide(), with: [Views(4) { CenterCrop() }]).isEmpty)
    #expect(
      problems(loss: DINOLoss(), views: 1, with: [TargetNetwork()]) == [
        "The stage \"s\" draws 1 views of a photograph where its loss takes at least 2."
      ])
    #expect(problems(on: .labelled(.train), loss: CrossEntropy(), views: 2, with: []).isEmpty)
    #expect(
      problems(on: .patients, loss: Wide(), views: 3, with: []) == [
        "The stage \"s\" draws 3 views, but reads patients, whose samples are two photographs with one view of each; "
          + "draw 2, or read .bags."
      ])
  }

  @Test func aStageHasWhatItsLossNeeds() {
    #expect(
      problems(loss: BYOLLoss(), with: []) == [
        "The stage \"s\" has no PredictionHead, which its loss BYOLLoss() needs; add one behind the head.",
        "The stage \"s\" has no TargetNetwork, which its loss BYOLLoss() needs; add one, such as TargetNetwork().",
      ])
    #expect(
      problems(loss: DINOLoss(), with: []).map { $0.prefix(47) } == [
        "The stage \"s\" has no TargetNetwork, which its l"
      ])
    #expect(
      problems(loss: Grouped(), with: []) == [
        "The stage \"s\" has a loss of groups but reads unlabelled; use .bags for those of patients, or "
          + ".labelled(.train) for those of classes."
      ])
    #expect(problems(on: .bags, loss: Grouped(), with: []).isEmpty)
    #expect(
      problems(loss: CrossEntropy(), views: 1, with: []) == [
        "The stage \"s\" has a loss of labels but reads unlabelled; use .labelled(.train)."
      ])
  }
}

private struct Wide: TrainingObjective {
  var needs: ObjectiveNeeds { ObjectiveNeeds(views: .atLeast(3)) }
  func loss(of batch: TrainingBatch) -> Tensor { batch.output.mean() }
}

private struct Grouped: TrainingObjective {
  var needs: ObjectiveNeeds { ObjectiveNeeds(groups: true) }
  func loss(of batch: TrainingBatch) -> Tensor { batch.output.mean() * batch.groups.mean() }
}

private struct Own: StageComponent {
  var summary: String { "Own" }
}
