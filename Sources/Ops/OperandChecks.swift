extension Operation {
  /// Checks that the operands are real numbers of one precision.
  ///
  /// - Parameters:
  ///   - operands: The types of the operands.
  ///   - type: The result type to assume, so that later errors are found too.
  public func requireReals(
    _ operands: [TensorType], assuming type: TensorType? = nil
  ) throws(ShapeError) {
    let expected = operands.first { $0.element.isReal }?.element
    guard let odd = operands.first(where: { $0.element != expected }) else { return }
    throw ShapeError(
      "\(name) needs real numbers of one precision.", expected: expected?.rawValue ?? "f32 or f64",
      found: odd.element.rawValue, assuming: type)
  }
}

extension Operation {
  /// Checks that a gradient has the type of what it is the gradient of.
  func requireSame(
    _ upstream: TensorType, _ forward: TensorType, assuming type: TensorType
  ) throws(ShapeError) {
    if upstream == forward { return }
    throw ShapeError(
      "\(name) needs a gradient of the type of the result it is for.", expected: "\(forward)",
      found: "\(upstream)", assuming: type)
  }
}
