/// The loss of BYOL (Grill et al. 2020): the squared distance between the prediction of one view and the
/// target network's embedding of the other, both normalized, `2 - 2 cos`, summed over the two directions.
public struct BYOLLoss: EmbeddingLoss {
  /// Creates the loss.
  public init() {}

  public var needs: ObjectiveNeeds { ObjectiveNeeds(views: 2, predictor: true, targetNetwork: true) }

  public func callAsFunction(_ batch: Embeddings) -> Tensor {
    let predicted = batch.predicted.l2Normalized()
    let target = batch.pairs.swapped(batch.target.l2Normalized())
    return 2 * (2 - 2 * (predicted * target).sum(axes: [1])).mean()
  }
}
