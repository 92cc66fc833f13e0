/// Returns the mean cross-entropy between labels and the softmax of `logits`, as
/// `torch.nn.functional.cross_entropy` defines it.
///
/// - Parameters:
///   - logits: The logits, `[N, classes]`.
///   - labels: The class indices, `[N]`; a label out of range contributes no target.
///   - smoothing: The label smoothing: the share of each target spread evenly over all classes.
///   - weights: The class weights, equal if nil. Each class's target is multiplied by its weight, and the
///     mean is divided by the sum of the labels' weights.
public func crossEntropy(
  _ logits: Tensor, labels: Tensor, smoothing: Double = 0, weights: [Double]? = nil
) -> Tensor {
  guard logits.isKnown, labels.isKnown else { return logits.isKnown ? labels : logits }
  guard logits.shape.rank == 2, labels.shape.rank == 1, logits.shape[0] == labels.shape[0] else {
    return logits.graph.report(
      ShapeError(
        "A cross-entropy needs a label for each row of logits.", expected: "[N, classes] and [N]",
        found: "\(logits.shape) and \(labels.shape)", assuming: TensorType([], logits.type.element)))
  }
  let classes = logits.shape[1]
  let hot = oneHot(labels, classes: classes)
  let targets = smoothing == 0 ? hot : hot * (1 - smoothing) + smoothing / Double(classes)
  guard let weights else { return crossEntropy(logits, targets: targets) }
  guard weights.count == classes else {
    return logits.graph.report(
      ShapeError(
        "A weighted cross-entropy needs a weight for each class.", expected: "\(classes) weights",
        found: "\(weights.count)", assuming: TensorType([], logits.type.element)))
  }
  let weight = logits.graph.constant(weights, [classes], logits.type.element)
  return -(targets * weight * logSoftmax(logits)).sum() / (hot * weight).sum()
}

/// Returns the mean cross-entropy between `targets` and the softmax of `logits`, both `[N, classes]`.
///
/// - Parameters:
///   - logits: The logits, `[N, classes]`.
///   - targets: The probability of each class, `[N, classes]`.
public func crossEntropy(_ logits: Tensor, targets: Tensor) -> Tensor {
  guard logits.isKnown, targets.isKnown else { return logits.isKnown ? targets : logits }
  guard logits.shape.rank == 2, logits.shape == targets.shape else {
    return logits.graph.report(
      ShapeError(
        "A cross-entropy needs a target for each logit.", expected: "two tensors [N, classes]",
        found: "\(logits.shape) and \(targets.shape)", assuming: TensorType([], logits.type.element)))
  }
  return -(targets * logSoftmax(logits)).sum(axes: [1]).mean()
}
