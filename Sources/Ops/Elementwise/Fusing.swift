/// A formula that can be fused with the producer of one of its operands.
protocol Fusing: ElementFormula {
  /// Returns the fused formula, whose operands are those of `producer` followed by the others of this
  /// one; nil if there is none.
  ///
  /// - Parameters:
  ///   - operand: The index of the operand that `producer` computes.
  ///   - constants: The values of operands that are constant; nil for others.
  func fused(
    with producer: any ElementFormula, at operand: Int, constants: [Double?]
  ) -> (any ElementFormula)?
}
