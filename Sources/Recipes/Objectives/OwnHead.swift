/// An objective with its own head on the encoder's features, next to the stage's head.
///
/// Its layers are trained with the stage's and discarded afterwards; what the stage predicts depends on the
/// stage's head. Created by ``TrainingObjective/withHead(_:)``.
public struct OwnHead: TrainingObjective {
  /// The objective on the head's output.
  public let objective: any TrainingObjective
  /// The head, from features `[V * N, F]` to the objective's input.
  public let head: LayerSequence

  public var problems: [SettingProblem] {
    Check.that(
      !objective.needs.predictor && !objective.needs.targetNetwork, "objective", objective.summary,
      mustBe: "one that needs no PredictionHead and no TargetNetwork, as these belong to the stage's head")
  }

  public var parts: [any Checkable] { [objective, head] }

  public var needs: ObjectiveNeeds {
    var needs = objective.needs
    needs.features = true
    // The target network is the stage's; what this head makes of the features is its own.
    needs.targetViews = 0
    return needs
  }

  public func requirement(for value: Double, in column: String) -> String? {
    objective.requirement(for: value, in: column)
  }

  public func loss(of batch: TrainingBatch) -> Tensor {
    let output = head.atRoot(batch.features)
    if let classes = batch.form.classes, objective.predicts == .classes, output.isKnown,
      output.shape.channels != classes
    {
      return batch.graph.report(
        ShapeError(
          "The head of \(objective.summary) does not have an output for each class of the dataset.",
          expected: "[\(batch.form.rows), \(classes)]", found: "\(output.shape)",
          assuming: TensorType([], batch.graph.precision)))
    }
    return objective.loss(of: batch.with(output: output))
  }

  public static func == (a: OwnHead, b: OwnHead) -> Bool {
    areEqual(a.objective, b.objective) && a.head == b.head
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(objective)
    hasher.combine(head)
  }

  public var summary: String { "\(objective.summary).withHead { \(LayerComponent(head).summary) }" }
}

extension TrainingObjective {
  /// Returns this objective with its own head on the encoder's features:
  ///
  ///     CrossEntropy().withHead { ClassificationHead(classes: 26) }
  ///
  /// - Parameter layers: The layers of the head.
  public func withHead(@LayerBuilder _ layers: () -> LayerSequence) -> OwnHead {
    OwnHead(objective: self, head: layers())
  }
}
