extension Operation {
  /// Refuses operands that are not real numbers of one precision.
  ///
  /// - Parameter type: What the result is taken to be, so that later mistakes are found as well.
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
  /// Refuses a gradient that has not the type of what it is the gradient of.
  func requireSame(
    _ upstream: TensorType, _ forward: TensorType, assuming type: TensorType
  ) throws(ShapeError) {
    if upstream == forward { return }
    throw ShapeError(
      "\(name) needs a gradient of the type of the result it is for.", expected: "\(forward)",
      found: "\(upstream)", assuming: type)
  }
}
