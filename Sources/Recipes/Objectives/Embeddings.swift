/// What the networks of a stage make of a batch of views, each `[2N, D]` with the first views of all samples
/// before the second ones.
public struct Embeddings {
  /// The embeddings of the network that is trained.
  public let online: Tensor
  /// What its ``PredictionHead`` says of them; without one, the embeddings themselves.
  public let predicted: Tensor
  /// The embeddings of the same views by the ``TargetNetwork``; without one, those of the network that is
  /// trained. No gradient flows through them.
  public let target: Tensor
  /// Which rows belong together.
  public let pairs: Pairs

  /// The embeddings of a batch.
  public init(online: Tensor, predicted: Tensor? = nil, target: Tensor? = nil, pairs: Pairs) {
    self.online = online
    self.predicted = predicted ?? online
    self.target = stopGradient(target ?? online)
    self.pairs = pairs
  }
  /// Those of a batch of two views.
  public init(_ batch: TrainingBatch) {
    online = batch.output
    predicted = batch.predicted
    target = batch.target
    pairs = batch.form.pairs
  }
}
