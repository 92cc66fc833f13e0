/// Cross-entropy between labels and the model's output as logits: the objective of a classifier.
///
/// Rows without a label are ignored.
public struct CrossEntropy: TrainingObjective {
  /// The class weights.
  public enum Weights: Sendable {
    /// Equal weights.
    case none
    /// n / (K n_k) for a class with n_k of n photographs, of K classes: all classes have the same total
    /// weight. A class without photographs has weight 0.
    ///
    /// Labels are then not smoothed: in PyTorch's definition, the probability spread over all classes is
    /// multiplied by their weights too, and most of it would go to the rarest classes.
    case balanced
  }

  /// The label smoothing: the share of a label's probability spread over all classes.
  public let smoothing: Double
  /// The class weights.
  public let weights: Weights

  /// Creates the objective, with optional label smoothing, and class weights computed from the stage's
  /// photographs.
  ///
  /// - Parameters:
  ///   - smoothing: The label smoothing: the share of a label's probability spread over all classes.
  ///   - weights: The class weights.
  public init(smoothing: Double = 0, weights: Weights = .none) {
    self.smoothing = smoothing
    self.weights = weights
  }

  public var problems: [SettingProblem] {
    Check.number("smoothing", smoothing, atLeast: 0, below: 1)
      ?? Check.that(
        weights == .none || smoothing == 0, "smoothing", smoothing,
        mustBe: "0 where classes are weighted, as most of a smoothed label would be spread over the rarest "
          + "classes, or classes be balanced by sampling: .balanced in place of the weights")
  }

  public var needs: ObjectiveNeeds { ObjectiveNeeds(labels: true, classWeights: weights == .balanced) }

  public var predicts: ObjectivePrediction { .classes }

  public func loss(of batch: TrainingBatch) -> Tensor {
    let (logits, labels) = (batch.output, batch.labels)
    let weights = weights == .balanced ? batch.form.classWeights : nil
    if batch.form.labels == .all || !logits.isKnown {
      return crossEntropy(logits, labels: labels, smoothing: smoothing, weights: weights)
    }
    let classes = logits.shape.channels
    let own = oneHot(labels, classes: classes)
    let targets = own * (1 - smoothing) + smoothing / Double(classes)
    let rows = -(targets * logSoftmax(logits)).sum(axes: [1])
    return batch.labeledMean(of: rows, own: own, weights: weights)
  }

  public var summary: String {
    "CrossEntropy(smoothing: \(smoothing)\(weights == .none ? "" : ", weights: \(weights)"))"
  }
}
