/// A tensor broadcast to a larger shape.
package struct Broadcast: Elementwise {
  /// The larger shape.
  package let shape: Shape

  /// Creates a broadcast to `shape`.
  package init(shape: Shape) { self.shape = shape }

  package static var arity: Int { 1 }

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    guard operands[0].shape.broadcast(with: shape) == shape else {
      throw ShapeError(
        "A tensor can only be stretched along axes of extent 1.",
        expected: "a shape that stretches to \(shape)", found: "\(operands[0].shape)",
        assuming: TensorType(shape, operands[0].element))
    }
    return TensorType(shape, operands[0].element)
  }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] }

  package func lowering(_ operands: [TensorType]) -> Lowering { .stretch(self) }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.unbroadcast(to: operands[0].shape)]
  }
}

extension Tensor {
  /// Returns this tensor broadcast to a larger shape.
  ///
  /// - Parameter shape: The larger shape, with axes aligned at the end.
  public func broadcast(to shape: Shape) -> Tensor {
    shape == self.shape ? self : graph.apply(Broadcast(shape: shape), to: [self])
  }
}
