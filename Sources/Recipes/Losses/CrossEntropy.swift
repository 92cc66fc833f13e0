/// Cross-entropy of the model's output, as logits of the classes, with the labels: the objective of a
/// classifier.
///
/// Rows without a label count nothing.
public struct CrossEntropy: TrainingObjective {
  /// How much the photographs of a class count.
  public enum Weights: Sendable {
    /// All the same.
    case none
    /// n / (K n_k) each, where n photographs are of K classes and n_k of this one: every class counts as much
    /// together. A class without photographs counts nothing.
    ///
    /// Labels are not smoothed then: PyTorch's definition multiplies what is spread over all classes by their
    /// weights as well, and the rarest classes would get most of it.
    case balanced
  }

  /// The share of a label's probability that is spread over all classes.
  public let smoothing: Double
  /// How much the photographs of a class count.
  public let weights: Weights

  /// Cross-entropy with labels that may be smoothed, and classes that may be weighted by the photographs that
  /// the stage has of them.
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
