/// The training objective of a stage: a scalar loss of a batch, and its requirements.
///
/// A loss of two views that needs only embeddings is shorter as a ``ContrastiveLoss``, which is also an
/// objective. This is one of logits:
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
  /// The requirements on the stage; by default only outputs, of any number of views.
  var needs: ObjectiveNeeds { get }

  /// The meaning of the trained model's output; nothing by default.
  var predicts: ObjectivePrediction { get }

  /// Returns the requirement for numbers in a column, such as `0 or 1`, if it cannot learn from
  /// this one; nil if it can, as it can from any unless the objective says otherwise.
  ///
  /// - Parameters:
  ///   - value: The number in the manifest.
  ///   - column: The name of its column.
  func requirement(for value: Double, in column: String) -> String?

  /// Returns the loss of a batch, a scalar. It may have variables, which are trained with the model's.
  ///
  /// - Parameter batch: The batch, with the model's output.
  func loss(of batch: TrainingBatch) -> Tensor

  /// Returns warnings about such batches, each a phrase that can follow a colon; none by default.
  ///
  /// - Parameters:
  ///   - form: The form of the batches.
  ///   - columns: The width of the model's output.
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

/// The meaning of a trained model's output.
public enum ObjectivePrediction: Hashable, Sendable {
  /// None but that of an embedding: only the encoder is used afterwards.
  case nothing
  /// Class logits: the softmax gives probabilities, and the stage is a classifier that can be scored and
  /// searched.
  case classes
  /// The numbers that it is trained by, or their logits.
  case values
  /// An error of each image, of which the objective takes the mean: only the encoder is used afterwards, and
  /// there are no embeddings whose spread could tell a collapse.
  case losses
}
