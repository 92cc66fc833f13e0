/// A loss of what networks make of a batch, whatever it learns from.
protocol BatchLoss {
  /// The rows of the batch that each sample has.
  var views: Int { get }
  /// The loss and its settings in words.
  var summary: String { get }
  /// What says which of its settings do not work.
  var settings: any Checkable { get }

  /// The loss, a scalar, of `views` times `samples` rows.
  func callAsFunction(_ results: NetworkResults, samples: Int) -> Tensor
}

/// A loss of embeddings of pairs of views.
struct PairLoss: BatchLoss {
  let loss: any EmbeddingLoss
  let groups: Pairs.Groups

  var views: Int { 2 }
  var summary: String { loss.summary }
  var settings: any Checkable { loss }

  func callAsFunction(_ results: NetworkResults, samples: Int) -> Tensor {
    let batch = Embeddings(
      online: results.online, predicted: results.predicted, target: results.target,
      pairs: Pairs(samples, groups: groups))
    return results.online.graph.scoped("loss") { loss(batch).scalar(of: summary) }
  }
}

/// The cross-entropy of logits with labels.
struct LabelLoss: BatchLoss {
  let smoothing: Double
  /// How much each class counts; all the same if nil.
  let weights: [Double]?

  var views: Int { 1 }
  var summary: String { CrossEntropy(smoothing: smoothing).summary }
  var settings: any Checkable { CrossEntropy(smoothing: smoothing) }

  func callAsFunction(_ results: NetworkResults, samples: Int) -> Tensor {
    let labels = results.online.graph.input(TrainingStep.InputName.labels, [samples], .int32)
    return crossEntropy(results.online, labels: labels, smoothing: smoothing, weights: weights)
  }
}

extension Tensor {
  /// The tensor as a loss, which is reported unless it is one number.
  func scalar(of loss: String) -> Tensor {
    if isKnown, shape.count != 1 || !type.element.isReal {
      return graph.report(
        ShapeError(
          "The loss \(loss) is no scalar; take its mean() or sum().",
          expected: "one number, \(TensorType([], graph.precision))", found: "\(type)",
          assuming: TensorType([], graph.precision)))
    }
    return self
  }
}
