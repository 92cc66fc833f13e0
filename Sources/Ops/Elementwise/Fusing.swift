/// An elementwise operation that is computed in one with what makes one of its operands.
protocol Fusing: Elementwise {
  /// What computes both at once, from the operands of `producer` followed by the others of this operation;
  /// nil if nothing does.
  ///
  /// - Parameters:
  ///   - operand: Which operand `producer` makes.
  ///   - constants: The operands that are the same number everywhere; nil for others.
  func fused(
    with producer: any ElementFormula, at operand: Int, constants: [Double?]
  ) -> (any ElementFormula)?
}
