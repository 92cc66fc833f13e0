/// The weighted sum of two objectives on one encoder: `first + weight * second`.
///
/// Both read the output of the stage's head, unless one has its own head. This trains an encoder on all
/// photographs and on the labels of some:
///
///     Stage("joint", on: .partlyLabelled) {
///       Views.contrastive
///       encoder
///       ProjectionHead()
///       JointObjective(
///         NTXent(temperature: 0.1), CrossEntropy().withHead { ClassificationHead(classes: 26) },
///         weight: 0.5)
///       Optimize(LARS(learningRate: 0.3), batch: 64, epochs: 40)
///     }
///
/// The stage is a classifier if one of them predicts classes from the output of the stage's head. The
/// variables of the first are below `loss.first`, those of the second below `loss.second`.
public struct JointObjective: TrainingObjective {
  /// The first objective.
  public let first: any TrainingObjective
  /// The second objective.
  public let second: any TrainingObjective
  /// The weight of the second objective.
  public let weight: Scheduled

  /// Creates the weighted sum of two objectives.
  ///
  /// - Parameters:
  ///   - first: The first objective.
  ///   - second: The second objective.
  ///   - weight: The weight of the second objective.
  public init(_ first: any TrainingObjective, _ second: any TrainingObjective, weight: Scheduled = 1) {
    self.first = first
    self.second = second
    self.weight = weight
  }

  public var problems: [SettingProblem] {
    Check.scheduled("weight", weight, atLeast: 0)
    Check.that(
      needs.views.least != nil, "second", second.summary,
      mustBe: "an objective of as many views as the first, which takes \(first.needs.views)")
  }

  public var parts: [any Checkable] { [first, second] }

  public var needs: ObjectiveNeeds { first.needs.and(second.needs) }

  public var predicts: ObjectivePrediction {
    let both = [first.predicts, second.predicts]
    return [.classes, .values, .losses].first(where: both.contains) ?? .nothing
  }

  public func requirement(for value: Double, in column: String) -> String? {
    [first, second].lazy.filter { $0.needs.values.contains(column) }
      .compactMap { $0.requirement(for: value, in: column) }.first
  }

  public func loss(of batch: TrainingBatch) -> Tensor {
    let graph = batch.graph
    func part(_ name: String, _ objective: any TrainingObjective) -> Tensor {
      graph.scoped(name) { objective.loss(of: batch).scalar(of: objective.summary) }
    }
    return part("first", first) + weight.tensor("weight", in: graph) * part("second", second)
  }

  public func warnings(_ form: BatchForm, columns: Int) -> [String] {
    first.warnings(form, columns: columns) + second.warnings(form, columns: columns)
  }

  public static func == (a: JointObjective, b: JointObjective) -> Bool {
    areEqual([a.first, a.second], [b.first, b.second]) && a.weight == b.weight
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(first)
    hasher.combine(second)
    hasher.combine(weight)
  }

  public var summary: String { "JointObjective(\(first.summary), \(second.summary), weight: \(weight))" }
}
