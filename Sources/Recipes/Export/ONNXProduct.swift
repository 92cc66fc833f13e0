import Ops

/// A convolution or a matrix product with known weights, with a bias.
///
/// A scale or a shift of its outputs, as by batch normalization, becomes a part of weights and bias.
struct ONNXProduct {
  /// The two kinds.
  enum Kind {
    case convolution(Window, groups: Int)
    case matrix
  }

  let kind: Kind
  /// The ONNX tensor that is multiplied.
  let input: String
  /// The weights, `[kh, kw, C / groups, K]` or `[C, K]`.
  private(set) var weights: [Float]
  let shape: Shape
  /// The shift of each output; nil for none.
  private(set) var bias: [Float]?

  init(_ kind: Kind, of input: String, weights: [Float], shape: Shape) {
    self.kind = kind
    self.input = input
    self.weights = weights
    self.shape = shape
  }

  /// The number of outputs K.
  var outputs: Int { shape.channels }

  /// The order of the result.
  var order: ONNXTranslator.Order {
    if case .matrix = kind { .same } else { .channelsFirst }
  }

  /// Returns the product with every output times a number.
  func scaled(by factors: [Float]) -> ONNXProduct {
    var scaled = self
    for place in weights.indices { scaled.weights[place] *= factors[place % outputs] }
    scaled.bias = bias.map { zip($0, factors).map { $0 * $1 } }
    return scaled
  }

  /// Returns the product with a number added to every output.
  func shifted(by terms: [Float]) -> ONNXProduct {
    var shifted = self
    shifted.bias = bias.map { zip($0, terms).map { $0 + $1 } } ?? terms
    return shifted
  }

  /// Adds the node and returns its result.
  func added(to translator: ONNXTranslator) -> String {
    let shift = bias.map { [translator.add($0, [outputs])] } ?? []
    switch kind {
    case .matrix:
      return translator.add("Gemm", [input, translator.add(weights, shape.dimensions)] + shift)
    case .convolution(let window, let groups):
      let order = Convolution2D.onnxOrder
      let extents = order.map { shape[$0] }
      let kernels = Transpose(permutation: order).evaluate(
        Operands([.real(weights, shape)]), as: TensorType(Shape(extents), .float32))
      return translator.add(
        "Conv", [input, translator.add(kernels, extents)] + shift,
        window.attributes + [("group", .int(groups))])
    }
  }
}

extension Convolution2D: ONNXOperation {
  /// The axes of kernels in ONNX, `[K, C / groups, kh, kw]`.
  fileprivate static let onnxOrder = [3, 2, 0, 1]

  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let (x, w) = (call.operands[0], call.operands[1])
    try translator.requireFixed([1, 2, 3], of: x, in: call)
    let images = translator.name(of: x, .channelsFirst)
    if case .real(let weights, let shape) = translator.constant(w) {
      return .product(
        ONNXProduct(.convolution(window, groups: groups), of: images, weights: weights, shape: shape))
    }
    try translator.requireFixed([0, 1, 2, 3], of: w, in: call)
    let kernels = translator.add(
      "Transpose", [translator.name(of: w)], [("perm", .ints(Convolution2D.onnxOrder))])
    return .tensor(
      translator.add("Conv", [images, kernels], window.attributes + [("group", .int(groups))]), .channelsFirst
    )
  }
}

extension MatMul: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    let (a, b) = (call.operands[0], call.operands[1])
    let rank = call.node.type.shape.rank
    try translator.requireFixed([transposeA ? rank - 2 : rank - 1], of: a, in: call)
    let last = Array(0..<rank - 2) + [rank - 1, rank - 2]
    func name(_ id: NodeID, isTransposed: Bool) -> String {
      let name = translator.name(of: id)
      return isTransposed ? translator.add("Transpose", [name], [("perm", .ints(last))]) : name
    }
    let first = name(a, isTransposed: transposeA)
    if rank == 2, !transposeB, case .real(let weights, let shape) = translator.constant(b) {
      return .product(ONNXProduct(.matrix, of: first, weights: weights, shape: shape))
    }
    return .tensor(translator.add("MatMul", [first, name(b, isTransposed: transposeB)]), .same)
  }
}
