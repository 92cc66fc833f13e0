/// The mean over rows of the cross-entropy between labels and the softmax of `logits`, as
/// `torch.nn.functional.cross_entropy` defines it.
///
/// - Parameters:
///   - logits: `[N, classes]`.
///   - labels: `[N]`, whole numbers; a row whose label is out of range has no label part.
///   - smoothing: how much of each row's weight is shared out equally among all classes.
///   - weights: how much each class counts, all the same if nil. A class's part of a smoothed target is
///     multiplied by its weight, and the mean is the sum divided by the weights of the rows' labels.
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

/// The mean over rows of the cross-entropy between `targets` and the softmax of `logits`, both
/// `[N, classes]`.
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
