import Foundation
import Testing

@testable import Recipes

struct JointObjectiveTests {
  private static let joint = JointObjective(
    NTXent(temperature: 0.5), CrossEntropy().withHead { ClassificationHead(classes: 3) },
    weight: .linear(from: 0.25, to: 1))

  private func stage(
    _ objective: any TrainingObjective = joint, on selection: Selection = .partlyLabelled, batch: Int = 12,
    chunk: Int? = nil
  ) -> Stage {
    Stage("joint", on: selection) {
      Views(2) { RandomFlip() }
      SmallClinic.encoder
      ProjectionHead(hidden: [8], output: 8)
      objective
      Optimize(SGD(learningRate: 0.05), batch: batch, chunk: chunk, epochs: 2)
    }
  }

  private func plan(_ stage: Stage, labelled: Int = 6) throws -> StagePlan {
    try StagePlan(
      stage, on: SmallClinic.dataset(labelled: labelled), fingerprint: "test", size: 16, seed: 1, after: nil,
      workers: Workers(count: 1))
  }

  @Test func isTheWeightedSum() throws {
    let form = BatchForm(samples: 3, views: 2, labels: .some)
    let (output, labels) = (numbers(6 * 4), [0, -1, 3, 1, -1, 2] as [Int32])
    let (first, second) = (NTXent(temperature: 0.5), CrossEntropy())
    let found = try value(of: JointObjective(first, second, weight: 0.3), output, form, labels: labels)
    let expected =
      try value(of: first, output, form, labels: labels)
      + 0.3 * value(of: second, output, form, labels: labels)
    #expect(abs(found - expected) < 1e-12)
  }

  @Test func passesTheGradientCheck() throws {
    let report = try gradientCheck(stage(), image: [8, 8, 3])
    #expect(report.passes, "\(report)")
    let plain = JointObjective(
      SupCon(temperature: 0.5),
      FocalLoss().withHead {
        Linear(4); ReLU(); Linear(2)
      })
    try gradientCheck(plain, on: .random(8, 5)).verify()
  }

  /// Half of the photographs have labels; each part has variables of its own.
  @Test func trainsOnPartlyLabelledPhotographs() throws {
    let folder = try ScratchFolder()
    let stage = stage()
    let report = try Pipeline("p") {
      Classifier(SmallClinic.encoder, classes: 3, named: "after", after: stage, batch: 8, epochs: 1)
    }.run(
      on: SmallClinic.dataset(labelled: 6), output: folder.url, workers: Workers(count: 1),
      reporting: { _ in })
    let losses = report.stages[0].history.losses
    #expect(losses.count == 2 && losses.allSatisfy(\.isFinite) && losses[0] != losses[1])
    let names = try SafeTensors.read(report.stages[0].weights).names
    #expect(names.contains("loss.second.fc.weight") && names.contains("conv1.weight"))
    #expect(report.results?.branches.map(\.name) == ["after"])
  }

  /// The labels of a batch are those of its rows, view by view, and -1 where there are none.
  @Test func theHeadOfTheLabelledPartLearns() throws {
    let plan = try plan(stage())
    let form = plan.step.definition.form
    #expect(form.labels == .some && form.views == 2 && form.samples == 12 && form.classes == 3)
    #expect(plan.step.graph.inputs.map(\.name).contains(TrainingBatch.labelsInput))
    #expect(plan.step.graph.variables.contains { $0.path == "loss.second.fc.weight" && $0.isTrained })
    #expect(plan.step.graph.scheduledInputs.map(\.name) == ["loss.weight"])
    #expect(plan.collapse == nil && !plan.parts.isClassifier)
  }

  /// The output of the stage's own head is classes, and the stage a classifier.
  @Test func aClassifierMayContrastBesides() throws {
    let folder = try ScratchFolder()
    let objective = JointObjective(
      CrossEntropy(), NTXent(temperature: 0.5).withHead { ProjectionHead(hidden: [8], output: 8) },
      weight: 0.1)
    let stage = Stage("both", on: .labelled(.train)) {
      Views(2) { RandomFlip() }
      SmallClinic.encoder
      ClassificationHead(classes: 3)
      objective
      Optimize(SGD(learningRate: 0.05), batch: 8, chunk: 4, epochs: 1)
      Recipes.Evaluate()
    }
    let report = try Pipeline("p") { stage }.run(
      on: SmallClinic.dataset(), output: folder.url, workers: Workers(count: 1), reporting: { _ in })
    #expect(report.results?.branches.map(\.name) == ["both"])
    #expect(report.stages[0].weights.lastPathComponent == "both.classifier.safetensors")
  }

  private func problems(_ stage: Stage, labelled: Int = 6) -> [String] {
    do {
      _ = try Pipeline("p") { stage }.memory(
        on: SmallClinic.dataset(labelled: labelled), size: 16, workers: Workers(count: 1))
      return []
    } catch { return (error as? PipelineErrors)?.problems ?? ["\(error)"] }
  }

  @Test func needsLabels() {
    #expect(
      problems(stage(on: .unlabelled)) == [
        "The stage \"joint\" has a loss of labels but reads unlabelled; use .partlyLabelled, or .labelled(.train)."
      ])
    #expect(
      problems(stage(), labelled: 0) == [
        "There are no labelled photographs in partlyLabelled for an objective that learns from labels too: label some, "
          + "or train by another objective. (the stage \"joint\")"
      ])
  }

  @Test func aHeadOfTooFewClassesIsRefused() {
    let objective = JointObjective(NTXent(), CrossEntropy().withHead { ClassificationHead(classes: 2) })
    let found = problems(stage(objective))
    #expect(found.count == 1)
    #expect(
      found[0].contains(
        "loss.second: The head of CrossEntropy(smoothing: 0.0) does not have an output for each class of the dataset."
      ), "\(found)")
    #expect(found[0].contains("expected: [24, 3]\n  found:    [24, 2]"), "\(found)")
  }

  @Test func partsOfOtherViewsAreRefused() {
    struct Single: TrainingObjective {
      var needs: ObjectiveNeeds { ObjectiveNeeds(views: 1) }
      func loss(of batch: TrainingBatch) -> Tensor { batch.output.mean() }
    }
    let errors = JointObjective(NTXent(), Single()).settingErrors()
    #expect(
      errors.map(\.description) == [
        "JointObjective(second: \"Single()\"): second must be an objective of as many views as the first, which takes 2."
      ])
  }

  /// A target network follows the stage's head, and a head of one's own has none.
  @Test func aHeadOfOnesOwnHasNoTarget() {
    let errors = BYOLLoss().withHead { Linear(4) }.settingErrors()
    #expect(errors.map(\.problem.setting) == ["objective"])
  }

  @Test func sampledEvenlyItWouldSeeNoUnlabelledPhotographs() {
    let stage = Stage("joint", on: .partlyLabelled) {
      Views(2) { RandomFlip() }
      SmallClinic.encoder
      ProjectionHead(hidden: [8], output: 8)
      JointObjectiveTests.joint
      Optimize(SGD(learningRate: 0.05), batch: 8, sampling: .balanced, epochs: 2)
    }
    #expect(
      problems(stage) == [
        "The stage \"joint\" samples classes evenly, but reads photographs without labels too; use .natural, or read "
          + ".labelled(.train)."
      ])
  }

  @Test func isDescribedWithItsParts() {
    #expect(
      JointObjectiveTests.joint.summary
        == "JointObjective(NTXent(temperature: 0.5), CrossEntropy(smoothing: 0.0).withHead { "
        + "\(LayerComponent(LayerSequence([ClassificationHead(classes: 3)])).summary) }, weight: "
        + "linear(from: 0.25, to: 1.0))")
  }
}
