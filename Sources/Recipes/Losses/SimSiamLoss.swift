/// The loss of SimSiam (Chen and He 2021): the negative cosine between the prediction of one view and the
/// embedding of the other, with a stopped gradient; the mean of the two directions. The minimum is -1.
public struct SimSiamLoss: EmbeddingLoss {
  /// Creates the loss.
  public init() {}

  public var needs: ObjectiveNeeds { ObjectiveNeeds(views: 2, predictor: true) }

  public func callAsFunction(_ batch: Embeddings) -> Tensor {
    let predicted = batch.predicted.l2Normalized()
    let target = batch.pairs.swapped(batch.target.l2Normalized())
    return -(predicted * target).sum(axes: [1]).mean()
  }
}
