/// The network outputs for a batch of two views, each `[2N, D]`, with the first views of all samples before
/// the second ones.
public struct Embeddings {
  /// The embeddings of the trained network.
  public let online: Tensor
  /// The predictions of the ``PredictionHead``; without one, the embeddings themselves.
  public let predicted: Tensor
  /// The embeddings of the same views by the ``TargetNetwork``; without one, those of the trained network. No
  /// gradient flows through them.
  public let target: Tensor
  /// The pairs of rows.
  public let pairs: Pairs

  /// Creates the embeddings of a batch.
  ///
  /// - Parameters:
  ///   - online: The embeddings of the trained network.
  ///   - predicted: The predictions of the ``PredictionHead``; without one, the embeddings themselves.
  ///   - target: The embeddings of the same views by the ``TargetNetwork``; without one, those of the trained
  ///     network. No gradient flows through them.
  ///   - pairs: The pairs of rows.
  public init(online: Tensor, predicted: Tensor? = nil, target: Tensor? = nil, pairs: Pairs) {
    self.online = online
    self.predicted = predicted ?? online
    self.target = stopGradient(target ?? online)
    self.pairs = pairs
  }
  /// Takes the embeddings of a batch of two views.
  ///
  /// - Parameter batch: A batch of two views.
  public init(_ batch: TrainingBatch) {
    online = batch.output
    predicted = batch.predicted
    target = batch.target
    pairs = batch.form.pairs
  }
}
