/// What a stage trains by: what it needs of a batch, and the scalar that it computes from one.
///
/// A loss of two views that needs no more than embeddings is shorter as a ``ContrastiveLoss``, which is an
/// objective too. This is one of logits:
///
///     struct Margin: TrainingObjective {
///       var needs: ObjectiveNeeds { ObjectiveNeeds(labels: true) }
///       var predicts: ObjectivePrediction { .classes }
///
///       func loss(of batch: TrainingBatch) -> Tensor {
///         let own = oneHot(batch.labels, classes: batch.output.shape.channels)
///         return relu(1 - batch.output * (own * 2 - 1)).mean()
///       }
///     }
public protocol TrainingObjective: StageComponent {
  /// What a stage has to give it; outputs alone, of any number of views, unless the objective says otherwise.
  var needs: ObjectiveNeeds { get }

  /// What the model's output says once it is trained; nothing unless the objective says otherwise.
  var predicts: ObjectivePrediction { get }

  /// What a number in one of the columns that it reads must be, such as `0 or 1`, if it cannot learn from
  /// this one; nil if it can, as it can from any unless the objective says otherwise.
  func requirement(for value: Double, in column: String) -> String?

  /// The loss of a batch, a scalar. It may have variables of its own, which are trained with the model's.
  func loss(of batch: TrainingBatch) -> Tensor

  /// What the user should know before a stage runs with such batches, each in words that can follow a colon;
  /// nothing unless the objective says otherwise.
  ///
  /// - Parameter columns: The width of the model's output.
  func warnings(_ form: BatchForm, columns: Int) -> [String]

  /// The objective and its settings in words, written from the stored properties unless it says otherwise. A
  /// stage whose objective computes something else is trained again.
  var summary: String { get }
}

extension TrainingObjective {
  public var needs: ObjectiveNeeds { ObjectiveNeeds() }
  public var predicts: ObjectivePrediction { .nothing }
  public func requirement(for value: Double, in column: String) -> String? { nil }
  public func warnings(_ form: BatchForm, columns: Int) -> [String] { [] }
  public var summary: String { String(describing: self) }
}

/// What the output of a model says once it is trained.
public enum ObjectivePrediction: Hashable, Sendable {
  /// Nothing by itself, as an embedding: what is kept is the encoder.
  case nothing
  /// Classes: its softmax is their probabilities, and the stage is a classifier that can be scored and
  /// searched for.
  case classes
  /// The numbers that it is trained by, or their logits.
  case values
}
