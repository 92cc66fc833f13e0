import Ops

extension SelfAttention: ONNXOperation {
  // By its definition: ONNX has no operator for it before version 23.
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let x = call.operands[0]
    try translator.requireFixed([1, 2], of: x, in: call)
    let extents = translator.network.extents[x]
    let channels = extents[2].count / 3
    func fixed(_ count: Int) -> AnyBatchGraph.Extent { AnyBatchGraph.Extent(count: count, perImage: nil) }
    let byHead = [extents[0], extents[1], fixed(3), fixed(heads), fixed(channels / heads)]
    guard let parts = translator.reshaped(translator.name(of: x), to: byHead) else {
      throw call.untranslatable
    }
    // [3, N, heads, T, D]
    let heads = translator.add("Transpose", [parts], [("perm", .ints([2, 0, 3, 1, 4]))])
    func part(_ index: Int) -> String {
      translator.add("Gather", [heads, translator.add(scalar: index)], [("axis", .int(0))])
    }
    let keys = translator.add("Transpose", [part(1)], [("perm", .ints([0, 1, 3, 2]))])
    let scale = translator.add([Float(1 / Double(channels / self.heads).squareRoot())], [])
    let scores = translator.add("MatMul", [translator.add("Mul", [part(0), scale]), keys])
    let weights = translator.add("Softmax", [scores], [("axis", .int(-1))])
    let sums = translator.add("MatMul", [weights, part(2)])
    let tokens = translator.add("Transpose", [sums], [("perm", .ints([0, 2, 1, 3]))])
    guard let result = translator.reshaped(tokens, to: [extents[0], extents[1], fixed(channels)]) else {
      throw call.untranslatable
    }
    return .tensor(result, .same)
  }
}
