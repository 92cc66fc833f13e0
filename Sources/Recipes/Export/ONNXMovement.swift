import Ops

extension ONNXTranslator.Order {
  /// The axis of an ONNX tensor in this order that is an axis of a tensor here.
  fileprivate func place(of axis: Int) -> Int { self == .same ? axis : [0, 2, 3, 1][axis] }

  /// The axes of a tensor here in this order.
  fileprivate func sorted<T>(_ axes: [T]) -> [T] {
    self == .same ? axes : [0, 3, 1, 2].map { axes[$0] }
  }
}

extension Broadcast: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let extents = translator.extents(translator.network.extents[call.id])
    return .tensor(translator.add("Expand", [translator.name(of: call.operands[0]), extents]), .same)
  }
}

extension Reshape: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let name = translator.name(of: call.operands[0])
    guard let result = translator.reshaped(name, to: translator.network.extents[call.id]) else {
      throw call.untranslatable
    }
    return .tensor(result, .same)
  }
}

extension Transpose: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let x = translator.name(of: call.operands[0])
    return .tensor(translator.add("Transpose", [x], [("perm", .ints(permutation))]), .same)
  }
}

extension Concatenate: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let isFirst = call.operands.contains { translator.order(of: $0) == .channelsFirst }
    let order: ONNXTranslator.Order = isFirst ? .channelsFirst : .same
    let parts = call.operands.map { translator.name(of: $0, order) }
    return .tensor(translator.add("Concat", parts, [("axis", .int(order.place(of: axis)))]), order)
  }
}

extension Slice: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let x = call.operands[0]
    if translator.network.isWhole(call.id), let result = translator.result(x) { return result }
    try translator.requireFixed([axis], of: x, in: call)
    let order = translator.order(of: x)
    let bounds = [[lower], [upper], [order.place(of: axis)]].map { translator.add($0) }
    return .tensor(translator.add("Slice", [translator.name(of: x, order)] + bounds), order)
  }
}

extension Entry: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let x = call.operands[0]
    try translator.requireFixed([0], of: x, in: call)
    let place = translator.add(scalar: index)
    return .tensor(
      translator.add("Gather", [translator.name(of: x), place], [("axis", .int(0))]), .same)
  }
}

extension Pad: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let x = call.operands[0]
    try translator.requireFixed(low.indices.filter { low[$0] + high[$0] > 0 }, of: x, in: call)
    let order = translator.order(of: x)
    let zeros = translator.add(order.sorted(low) + order.sorted(high))
    return .tensor(translator.add("Pad", [translator.name(of: x, order), zeros]), order)
  }
}

extension Gather: ONNXOperation {
  // An index out of range gathers zeros, which is an error in ONNX.
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let rows = call.operands[0]
    guard case .index(let indices, let shape) = translator.constant(call.operands[1]) else {
      throw call.untranslatable
    }
    try translator.requireFixed([0], of: rows, in: call)
    let extents = translator.network.extents[rows]
    let isInside = indices.map { $0 >= 0 && $0 < extents[0].count }
    let inside = zip(indices, isInside).map { $1 ? Int($0) : 0 }
    let places = translator.add(
      "Reshape", [translator.add(inside), translator.add(shape.dimensions)])
    let gathered = translator.add("Gather", [translator.name(of: rows), places], [("axis", .int(0))])
    if !isInside.contains(false) { return .tensor(gathered, .same) }
    let ones = [Int](repeating: 1, count: extents.count - 1)
    let mask = translator.add(isInside.map { $0 ? 1 : 0 }, shape.dimensions + ones)
    let isKept = translator.add("Cast", [mask], [("to", .int(ONNXGraph.Element.bool.rawValue))])
    return .tensor(translator.add("Where", [isKept, gathered, translator.add([0], [] as [Int])]), .same)
  }
}
