/// A loss of what the networks of a stage make of its views.
///
/// Most losses need only the embeddings, and are a ``ContrastiveLoss``; one that compares what a predictor
/// says with a target network's embeddings takes all of it.
public protocol EmbeddingLoss: StageComponent {
  /// The loss, a scalar, of a batch.
  func callAsFunction(_ batch: Embeddings) -> Tensor

  /// What the user should know before a stage runs with such batches, each in words that can follow a colon;
  /// nothing unless the loss says otherwise.
  ///
  /// - Parameter columns: The width of the embeddings.
  func warnings(_ pairs: Pairs, columns: Int) -> [String]

  /// The loss and its settings in words: a stage that was trained with others is trained again. Written
  /// from the stored properties; one that has a set or a dictionary, whose order changes, writes its own.
  var summary: String { get }
}

extension EmbeddingLoss {
  public func warnings(_ pairs: Pairs, columns: Int) -> [String] { [] }
  public var summary: String { String(describing: self) }
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
