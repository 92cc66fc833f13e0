import Ops

/// The operand of a reduction in ONNX, with the axes to reduce, counted as it has them.
private struct ReducedOperand {
  let name: String
  let axes: [Int]

  init(_ axes: [Int], _ call: ONNXCall, by translator: ONNXTranslator) throws(ExportError) {
    let x = call.operands[0]
    try translator.requireFixed(axes, of: x, in: call)
    if axes.isEmpty {
      // No axes would mean all of them.
      name = translator.add("Unsqueeze", [translator.name(of: x), translator.add([0])])
      self.axes = [0]
      return
    }
    let places = [0, 2, 3, 1]
    let kept = (0..<4).filter { !axes.contains($0) }.map { places[$0] }
    if translator.order(of: x) == .channelsFirst, kept == kept.sorted() {
      name = translator.name(of: x, .channelsFirst)
      self.axes = axes.map { places[$0] }.sorted()
    } else {
      name = translator.name(of: x)
      self.axes = axes
    }
  }

  /// Adds a reduction whose axes are a setting.
  func reduced(_ operation: String, keepingDimensions: Bool = false, by translator: ONNXTranslator) -> String
  {
    translator.add(
      operation, [name], [("axes", .ints(axes)), ("keepdims", .int(keepingDimensions ? 1 : 0))])
  }
}

extension Sum: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let x = try ReducedOperand(axes, call, by: translator)
    return .tensor(
      translator.add("ReduceSum", [x.name, translator.add(x.axes)], [("keepdims", .int(0))]), .same)
  }
}

extension Max: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    .tensor(try ReducedOperand(axes, call, by: translator).reduced("ReduceMax", by: translator), .same)
  }
}

extension LogSumExp: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    .tensor(try ReducedOperand(axes, call, by: translator).reduced("ReduceLogSumExp", by: translator), .same)
  }
}

extension Moments: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let x = try ReducedOperand(axes, call, by: translator)
    let kept = x.reduced("ReduceMean", keepingDimensions: true, by: translator)
    let deviation = translator.add("Sub", [x.name, kept])
    let squares = translator.add("Mul", [deviation, deviation])
    let settings: [(name: String, value: ONNXGraph.Attribute)] = [
      ("axes", .ints(x.axes)), ("keepdims", .int(0)),
    ]
    let both = [x.name, squares].map { operand in
      translator.add(
        "Unsqueeze", [translator.add("ReduceMean", [operand], settings), translator.add([0])])
    }
    return .tensor(translator.add("Concat", both, [("axis", .int(0))]), .same)
  }
}

extension ArgMax: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let x = call.operands[0]
    try translator.requireFixed(axes, of: x, in: call)
    let extents = translator.network.extents[x]
    let kept = extents.indices.filter { !axes.contains($0) }
    let places = axes.reduce(1) { $0 * extents[$1].count }
    let turned = translator.add("Transpose", [translator.name(of: x)], [("perm", .ints(kept + axes))])
    let rows = kept.map { extents[$0] } + [AnyBatchGraph.Extent(count: places, perImage: nil)]
    guard let flat = translator.reshaped(turned, to: rows) else { throw call.untranslatable }
    let place = translator.add("ArgMax", [flat], [("axis", .int(-1)), ("keepdims", .int(0))])
    return .tensor(
      translator.add("Cast", [place], [("to", .int(ONNXGraph.Element.float.rawValue))]), .same)
  }
}

extension Softmax: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let x = call.operands[0]
    let extents = translator.network.extents[x]
    try translator.requireFixed(Array(extents.indices.suffix(axisCount)), of: x, in: call)
    var name = translator.name(of: x)
    let places = extents.suffix(axisCount).reduce(1) { $0 * $1.count }
    if axisCount > 1 {
      let rows = extents.dropLast(axisCount) + [AnyBatchGraph.Extent(count: places, perImage: nil)]
      guard let flat = translator.reshaped(name, to: Array(rows)) else { throw call.untranslatable }
      name = flat
    }
    let result = translator.add("Softmax", [name], [("axis", .int(-1))])
    if axisCount == 1 { return .tensor(result, .same) }
    guard let whole = translator.reshaped(result, to: extents) else { throw call.untranslatable }
    return .tensor(whole, .same)
  }
}
