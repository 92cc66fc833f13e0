/// An operation that makes one number of many, over some axes, in the loop that computes its operand. How it
/// does so depends on its type alone, and not on its settings.
package protocol Reduction: TensorOperation {
  /// The axes reduced, ascending, which are left out of the result.
  var axes: [Int] { get }

  /// The same reduction over other axes, ascending.
  init(axes: [Int])

  /// How many numbers are kept for each result while it is made.
  static var width: Int { get }

  /// Does a step of the reduction in single precision.
  static func run(_ step: ReductionStep<Float>)
  /// Does a step of the reduction in double precision.
  static func run(_ step: ReductionStep<Double>)
}

extension Reduction {
  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    return TensorType(operands[0].shape.reduced(axes: axes, keepingDimensions: false), operands[0].element)
  }

  package func lowering(_ operands: [TensorType]) -> Lowering { .reduction(self) }
}
