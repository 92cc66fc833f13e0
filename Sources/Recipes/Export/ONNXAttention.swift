import Ops

extension Attention: ONNXOperation {
  // By its definition: ONNX has no operator for it before version 23.
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    for operand in call.operands.prefix(form.partCount) {
      try translator.requireFixed([1, 2], of: operand, in: call)
    }
    let result = translator.network.extents[call.id]
    let depth = result[2].count / form.heads
    let (queries, keys, values) = try parts(call, by: translator)
    let turned = translator.add("Transpose", [keys], [("perm", .ints([0, 1, 3, 2]))])
    let scale = translator.add([Float(1 / Double(depth).squareRoot())], [])
    let scores = translator.add("MatMul", [translator.add("Mul", [queries, scale]), turned])
    let weights = try weights(scores, call, by: translator)
    let sums = translator.add("MatMul", [weights, values])
    let tokens = translator.add("Transpose", [sums], [("perm", .ints([0, 2, 1, 3]))])
    guard let whole = translator.reshaped(tokens, to: result) else { throw call.untranslatable }
    return .tensor(whole, .same)
  }

  // Queries, keys and values by head, `[N, heads, T, D]`.
  private func parts(
    _ call: ONNXCall, by translator: ONNXTranslator
  ) throws -> (queries: String, keys: String, values: String) {
    func fixed(_ count: Int) -> AnyBatchGraph.Extent { AnyBatchGraph.Extent(count: count, perImage: nil) }
    func split(_ operand: Int, into more: [Int], order: [Int]) throws -> String {
      let x = call.operands[operand]
      let extents = translator.network.extents[x]
      let all =
        extents[..<2] + more.map { fixed($0) } + [
          fixed(extents[2].count / more.reduce(1, *))
        ]
      guard let parts = translator.reshaped(translator.name(of: x), to: Array(all)) else {
        throw call.untranslatable
      }
      return translator.add("Transpose", [parts], [("perm", .ints(order))])
    }
    guard form.isPacked else {
      let each = try (0..<3).map { try split($0, into: [form.heads], order: [0, 2, 1, 3]) }
      return (each[0], each[1], each[2])
    }
    // [3, N, heads, T, D]
    let all = try split(0, into: [3, form.heads], order: [2, 0, 3, 1, 4])
    func part(_ index: Int) -> String {
      translator.add("Gather", [all, translator.add(scalar: index)], [("axis", .int(0))])
    }
    let queries = form.queries.map { count in
      translator.add("Slice", [part(0)] + [0, count, 2].map { translator.add([$0]) })
    }
    return (queries ?? part(0), part(1), part(2))
  }

  // The softmax of scores, and 0 for keys that take no part: of a row of these alone, the softmax of
  // infinities would not be numbers.
  private func weights(
    _ scores: String, _ call: ONNXCall, by translator: ONNXTranslator
  ) throws -> String {
    func isTrue(_ condition: String) -> String {
      translator.add("Cast", [condition], [("to", .int(ONNXGraph.Element.bool.rawValue))])
    }
    func number(_ value: Float) -> String { translator.add([value], []) }
    var scores = scores
    var conditions: [String] = []
    for operand in [form.bias, form.mask].compactMap({ $0 }) {
      try translator.requireFixed([1, 2, 3], of: call.operands[operand], in: call)
    }
    if let bias = form.bias.map({ call.operands[$0] }) {
      let name = translator.name(of: bias)
      scores = translator.add("Add", [scores, name])
      if translator.constant(bias)?.reals.allSatisfy({ $0 > -.infinity }) != true {
        conditions.append(translator.add("LessOrEqual", [number(-.greatestFiniteMagnitude), name]))
      }
    }
    if let mask = form.mask.map({ call.operands[$0] }) {
      conditions.append(isTrue(translator.name(of: mask)))
    }
    for condition in conditions { scores = translator.add("Where", [condition, scores, number(-1e30)]) }
    let weights = translator.add("Softmax", [scores], [("axis", .int(-1))])
    return conditions.reduce(weights) { translator.add("Where", [$1, $0, number(0)]) }
  }
}
