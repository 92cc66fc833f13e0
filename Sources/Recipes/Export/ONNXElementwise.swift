import Ops

/// An elementwise operation, translated in the order of axes of its operands.
protocol ONNXElementwise: ONNXOperation {
  /// Adds the nodes for operands of one order and returns the result.
  func added(_ operands: [String], to translator: ONNXTranslator) -> String

  /// Returns a product with the operation applied to it as a part of it; nil if that is not possible.
  func folded(into product: ONNXProduct, _ other: [Float], isFirst: Bool) -> ONNXProduct?
}

extension ONNXElementwise {
  func folded(into product: ONNXProduct, _ other: [Float], isFirst: Bool) -> ONNXProduct? { nil }

  func translated(_ call: ONNXCall, by translator: ONNXTranslator) -> ONNXTranslator.Result {
    if let product = folded(call, by: translator) { return .product(product) }
    let isFirst = call.operands.contains { translator.order(of: $0) == .channelsFirst }
    let order: ONNXTranslator.Order = isFirst && call.node.type.shape.rank == 4 ? .channelsFirst : .same
    return .tensor(added(call.operands.map { translator.name(of: $0, order) }, to: translator), order)
  }

  private func folded(_ call: ONNXCall, by translator: ONNXTranslator) -> ONNXProduct? {
    guard call.operands.count == 2 else { return nil }
    for (place, id) in call.operands.enumerated() {
      guard let product = translator.product(id),
        translator.network.extents[id] == translator.network.extents[call.id],
        let other = translator.constant(call.operands[1 - place]), case .real(let values, let shape) = other,
        values.count == 1 || (values.count == product.outputs && shape.channels == product.outputs)
      else { continue }
      let each = values.count == 1 ? [Float](repeating: values[0], count: product.outputs) : values
      return folded(into: product, each, isFirst: place == 0)
    }
    return nil
  }
}

/// An elementwise operation that is one node of ONNX.
protocol ONNXNode: ONNXElementwise {
  /// The name of the ONNX operator.
  var operatorName: String { get }
}

extension ONNXNode {
  func added(_ operands: [String], to translator: ONNXTranslator) -> String {
    translator.add(operatorName, operands)
  }
}

extension Absolute: ONNXNode { var operatorName: String { "Abs" } }
extension Negate: ONNXNode { var operatorName: String { "Neg" } }
extension Exp: ONNXNode { var operatorName: String { "Exp" } }
extension Log: ONNXNode { var operatorName: String { "Log" } }
extension Sqrt: ONNXNode { var operatorName: String { "Sqrt" } }
extension Tanh: ONNXNode { var operatorName: String { "Tanh" } }
extension Sigmoid: ONNXNode { var operatorName: String { "Sigmoid" } }
extension Erf: ONNXNode { var operatorName: String { "Erf" } }
extension Relu: ONNXNode { var operatorName: String { "Relu" } }
extension Maximum: ONNXNode { var operatorName: String { "Max" } }
extension Minimum: ONNXNode { var operatorName: String { "Min" } }

extension Add: ONNXNode {
  var operatorName: String { "Add" }

  func folded(into product: ONNXProduct, _ other: [Float], isFirst: Bool) -> ONNXProduct? {
    product.shifted(by: other)
  }
}

extension Subtract: ONNXNode {
  var operatorName: String { "Sub" }

  func folded(into product: ONNXProduct, _ other: [Float], isFirst: Bool) -> ONNXProduct? {
    isFirst ? product.shifted(by: other.map { -$0 }) : nil
  }
}

extension Multiply: ONNXNode {
  var operatorName: String { "Mul" }

  func folded(into product: ONNXProduct, _ other: [Float], isFirst: Bool) -> ONNXProduct? {
    product.scaled(by: other)
  }
}

extension Divide: ONNXNode {
  var operatorName: String { "Div" }
}

extension Rsqrt: ONNXElementwise {
  func added(_ operands: [String], to translator: ONNXTranslator) -> String {
    translator.add("Reciprocal", [translator.add("Sqrt", operands)])
  }
}

extension Gelu: ONNXElementwise {
  // x (1 + erf(x / sqrt 2)) / 2: the operator of this name is of a later version of ONNX.
  func added(_ operands: [String], to translator: ONNXTranslator) -> String {
    func times(_ x: String, _ factor: Double) -> String {
      translator.add("Mul", [x, translator.add([Float(factor)], [])])
    }
    let erf = translator.add("Erf", [times(operands[0], 0.5.squareRoot())])
    let distribution = times(translator.add("Add", [erf, translator.add([1], [] as [Int])]), 0.5)
    return translator.add("Mul", [operands[0], distribution])
  }
}

extension Silu: ONNXElementwise {
  // x times the logistic function at x: no version of ONNX in use has an operator for it.
  func added(_ operands: [String], to translator: ONNXTranslator) -> String {
    translator.add("Mul", [operands[0], translator.add("Sigmoid", operands)])
  }
}

extension Power: ONNXElementwise {
  func added(_ operands: [String], to translator: ONNXTranslator) -> String {
    translator.add("Pow", operands + [translator.add([Float(exponent)], [])])
  }
}

extension Compare: ONNXElementwise {
  func added(_ operands: [String], to translator: ONNXTranslator) -> String {
    let name =
      switch kind {
      case .less: "Less"
      case .lessOrEqual: "LessOrEqual"
      case .equal: "Equal"
      }
    let isTrue = translator.add(name, operands)
    return translator.add("Cast", [isTrue], [("to", .int(ONNXGraph.Element.float.rawValue))])
  }
}

extension Select: ONNXElementwise {
  func added(_ operands: [String], to translator: ONNXTranslator) -> String {
    let mask = translator.add("Cast", [operands[0]], [("to", .int(ONNXGraph.Element.bool.rawValue))])
    return translator.add("Where", [mask] + operands[1...])
  }
}
