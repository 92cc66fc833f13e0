/// A loss computed from the embeddings of a batch of two views, without labels.
///
/// Most losses need only the embeddings: see ``ContrastiveLoss``. One that compares predictions with a target
/// network's embeddings takes all of ``Embeddings``.
public protocol EmbeddingLoss: TrainingObjective {
  /// Returns the loss of a batch, a scalar.
  ///
  /// - Parameter batch: The network outputs.
  func callAsFunction(_ batch: Embeddings) -> Tensor

  /// Returns warnings about such batches, each a phrase that can follow a colon; none by default.
  ///
  /// - Parameters:
  ///   - pairs: The pairs of a batch.
  ///   - columns: The width of the embeddings.
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

/// A loss that attracts the embeddings of a pair and repels those of different pairs.
///
/// A new one is a struct with its settings and a few lines of arithmetic on tensors. Test its gradient with
/// `gradientCheck(MyLoss(), on: .random(8, 16))`.
///
/// A loss may have variables, such as a learned temperature. They are trained with the network's, and their
/// paths begin with `loss.`; the role says whether they decay:
///
///     let scale = z.graph.variable("scale", [], role: .bias, initializer: .constant(2.3))
///     let similarities = matmul(z, z, transposeB: true) * exp(scale)
public protocol ContrastiveLoss: EmbeddingLoss {
  /// Returns the loss, a scalar, of embeddings `[2N, D]` that are paired by `pairs`.
  ///
  /// - Parameters:
  ///   - z: The embeddings, `[2N, D]`, which are not normalized.
  ///   - pairs: The pairs of rows.
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor
}

extension ContrastiveLoss {
  public func callAsFunction(_ batch: Embeddings) -> Tensor { self(batch.online, batch.pairs) }
}
