/// Focal loss (Lin et al. 2017): cross-entropy that down-weights rows that are already classified with
/// confidence, for rare classes among many easy examples.
///
/// For a row with probability `p` of its class, by the softmax of the model's output:
/// `-(1 - p)^gamma * log(p)`; the loss is the mean over all labelled rows. With a gamma of 0 it is
/// ``CrossEntropy``.
public struct FocalLoss: TrainingObjective {
  /// The focusing parameter: larger values down-weight confident rows more.
  public var gamma: Double
  /// The class weights, the paper's `alpha`.
  public var weights: CrossEntropy.Weights

  /// Creates the loss; the default gamma is the paper's.
  ///
  /// - Parameters:
  ///   - gamma: The focusing parameter: larger values down-weight confident rows more.
  ///   - weights: The class weights, the paper's `alpha`.
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
    // The logarithm of 1 - p, computed directly, as p rounds to 1 for confident predictions.
    let missing = logits.leavingOut(own).logSumExp(axes: [1]) - all
    let rows = exp(gamma * missing) * (all - (own * logits).sum(axes: [1]))
    let weights = weights == .balanced ? batch.form.classWeights : nil
    return batch.labeledMean(of: rows, own: own, weights: weights)
  }
}
