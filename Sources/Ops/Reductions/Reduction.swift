/// A reduction over some axes, fused into the loop that computes its operand. Its computation depends only on
/// its type, not on its settings.
package protocol Reduction: TensorOperation {
  /// The reduced axes, ascending, which are removed from the result.
  var axes: [Int] { get }

  /// Creates the same reduction over other axes, ascending.
  init(axes: [Int])

  /// The number of accumulator values per result.
  static var width: Int { get }

  /// Runs a step of the reduction in single precision.
  static func run(_ step: ReductionStep<Float>)
  /// Runs a step of the reduction in double precision.
  static func run(_ step: ReductionStep<Double>)
}

extension Reduction {
  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    return TensorType(operands[0].shape.reduced(axes: axes, keepingDimensions: false), operands[0].element)
  }

  package func lowering(_ operands: [TensorType]) -> Lowering { .reduction(self) }
}
