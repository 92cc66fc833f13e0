/// A loss that pulls the embeddings of a pair together and those of different pairs apart.
///
/// A new one is a struct with its settings and a few lines of arithmetic on tensors; check its gradient in a
/// test with `gradientCheck(MyLoss(), on: .random(8, 16))`.
public protocol ContrastiveLoss: StageComponent {
  /// The loss, a scalar, of embeddings `[2N, D]` whose rows pair up as `pairs` says.
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor

  /// The loss and its settings in words: a stage that was trained with others is trained again. Written
  /// from the stored properties; one that has a set or a dictionary, whose order changes, writes its own.
  var summary: String { get }
}

extension ContrastiveLoss {
  public var summary: String { String(describing: self) }
}
