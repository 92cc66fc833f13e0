/// A tensor stretched to a larger shape by the broadcasting rule.
public struct Broadcast: Elementwise {
  /// The larger shape.
  public let shape: Shape

  /// A stretch to `shape`.
  public init(shape: Shape) { self.shape = shape }

  public static var arity: Int { 1 }

  public func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    guard operands[0].shape.broadcast(with: shape) == shape else {
      throw ShapeError(
        "A tensor can only be stretched along axes of extent 1.",
        expected: "a shape that stretches to \(shape)", found: "\(operands[0].shape)",
        assuming: TensorType(shape, operands[0].element))
    }
    return TensorType(shape, operands[0].element)
  }

  public func element<T: Real>(_ x: Elements<T>) -> T { x[0] }

  public func lowering(_ operands: [TensorType]) -> Lowering { .stretch(self) }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.unbroadcast(to: operands[0].shape)]
  }
}

extension Tensor {
  /// This tensor stretched to a larger shape.
  public func broadcast(to shape: Shape) -> Tensor {
    shape == self.shape ? self : graph.apply(Broadcast(shape: shape), to: [self])
  }
}
