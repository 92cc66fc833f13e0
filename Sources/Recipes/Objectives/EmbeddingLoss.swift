/// An objective of two views that reads what the networks of a stage make of them, and no labels.
///
/// Most losses need only the embeddings, and are a ``ContrastiveLoss``; one that compares what a predictor
/// says with a target network's embeddings takes all of it.
public protocol EmbeddingLoss: TrainingObjective {
  /// The loss, a scalar, of a batch.
  func callAsFunction(_ batch: Embeddings) -> Tensor

  /// What the user should know before a stage runs with such batches, each in words that can follow a colon;
  /// nothing unless the loss says otherwise.
  ///
  /// - Parameter columns: The width of the embeddings.
  func warnings(_ pairs: Pairs, columns: Int) -> [String]
}

extension EmbeddingLoss {
  public var needs: ObjectiveNeeds { ObjectiveNeeds(views: 2) }

  public func loss(of batch: TrainingBatch) -> Tensor { self(Embeddings(batch)) }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] { [] }

  public func warnings(_ form: BatchForm, columns: Int) -> [String] {
    warnings(form.pairs, columns: columns)
  }
}

/// A loss that pulls the embeddings of a pair together and those of different pairs apart.
///
/// A new one is a struct with its settings and a few lines of arithmetic on tensors; check its gradient in a
/// test with `gradientCheck(MyLoss(), on: .random(8, 16))`.
public protocol ContrastiveLoss: EmbeddingLoss {
  /// The loss, a scalar, of embeddings `[2N, D]` whose rows belong together as `pairs` says.
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor
}

extension ContrastiveLoss {
  public func callAsFunction(_ batch: Embeddings) -> Tensor { self(batch.online, batch.pairs) }
}
