/// Cross-entropy that counts a row the less, the surer the model is of its class already (Lin et al. 2017):
/// for rare classes among many easy examples.
///
/// For a row whose class has the probability `p`, by the softmax of the model's output:
/// `-(1 - p)^gamma * log(p)`; the loss is the mean over all rows that have a label. With a gamma of 0 it is
/// ``CrossEntropy``.
public struct FocalLoss: TrainingObjective {
  /// How fast a row loses its weight as its probability grows.
  public var gamma: Double
  /// How much the photographs of a class count, the paper's `alpha`.
  public var weights: CrossEntropy.Weights

  /// The loss, with the paper's gamma.
  public init(gamma: Double = 2, weights: CrossEntropy.Weights = .none) {
    self.gamma = gamma
    self.weights = weights
  }

  public var problems: [SettingProblem] { Check.number("gamma", gamma, atLeast: 0) }

  public var needs: ObjectiveNeeds { ObjectiveNeeds(labels: true, classWeights: weights == .balanced) }

  public var predicts: ObjectivePrediction { .classes }

  public func loss(of batch: TrainingBatch) -> Tensor {
    let (logits, labels) = (batch.output, batch.labels)
    guard logits.isKnown else { return logits }
    let own = oneHot(labels, classes: logits.shape.channels)
    let all = logits.logSumExp(axes: [1])
    // The logarithm of 1 - p: taken of p it would be that of 0 where the model is sure.
    let missing = logits.leavingOut(own).logSumExp(axes: [1]) - all
    let rows = exp(gamma * missing) * (all - (own * logits).sum(axes: [1]))
    let weights = weights == .balanced ? batch.form.classWeights : nil
    return batch.labeledMean(of: rows, own: own, weights: weights)
  }
}
