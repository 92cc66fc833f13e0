/// A tensor of a program: its memory and its type.
package struct BufferView: Sendable {
  /// The buffer slice of its first element, unless a prologue computes it.
  package let place: BufferSlice
  /// The shape and element type.
  package let type: TensorType
  /// The prologue that computes its rows for a product; nil if it is in memory.
  package let prologue: LoopPlan?

  /// Creates a tensor in memory, or one that a prologue computes.
  package init(_ place: BufferSlice, _ type: TensorType, prologue: LoopPlan? = nil) {
    self.place = place
    self.type = type
    self.prologue = prologue
  }
}

/// A convolution algorithm.
public enum ConvolutionAlgorithm: String, Sendable {
  /// Implicit im2col: a product of patches read in place.
  case im2col
  /// Winograd's F(2x2, 3x3), where applicable.
  case winograd2
  /// Winograd's F(4x4, 3x3), where applicable.
  case winograd4
}

/// Kernels requested by name, instead of the cost model's choice.
public struct KernelChoices: Hashable, Sendable {
  /// The algorithm for the convolutions it applies to.
  public var convolution: ConvolutionAlgorithm?
  /// Whether products may be of pairs of bfloat16.
  package var allowsPairs = false

  /// Creates choices; the cost model's by default.
  ///
  /// - Parameter convolution: The algorithm for the convolutions it applies to.
  public init(convolution: ConvolutionAlgorithm? = nil) { self.convolution = convolution }
}

/// An operation compiled to kernels of this module.
package protocol LoweredOperation: TensorOperation {
  /// Returns whether a prologue may compute an operand's rows.
  func acceptsPrologue(operand: Int) -> Bool

  /// Whether all replicas compute it together, so that it is never computed again, and its result depends on
  /// operands elsewhere.
  var isCollective: Bool { get }

  /// Returns the call that computes `result` from the operands.
  func plan(_ operands: [BufferView], result: BufferView, choices: KernelChoices) -> any KernelPlan
}

extension LoweredOperation {
  package func lowering(_ operands: [TensorType]) -> Lowering { .kernel(self) }

  package func acceptsPrologue(operand: Int) -> Bool { false }

  package var isCollective: Bool { false }
}

extension Node {
  /// Whether all replicas compute it together.
  package var isCollective: Bool { (operation as? any LoweredOperation)?.isCollective ?? false }
}

extension TensorOperation {
  /// Returns the call that computes `result`: a kernel of this module, the operation's own kernel, or its
  /// reference kernel.
  package func call(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    switch self {
    case let operation as any LoweredOperation:
      return operation.plan(operands, result: result, choices: choices)
    case let operation as any KernelOperation:
      return OperationPlan(operation, operands, result: result)
    default: return ReferencePlan(operation: self, operands: operands, result: result)
    }
  }
}

/// A matrix product or a convolution: an operation computed in tiles of rows, which accepts an epilogue.
package protocol ContractionOperation: LoweredOperation {
  /// Returns whether an epilogue may follow, given the operands' types.
  func acceptsEpilogue(_ operands: [TensorType]) -> Bool

  /// Returns the call that computes the product of type `type`, writes it to `result` unless that is nil, and
  /// applies the epilogue to each tile.
  func plan(
    _ operands: [BufferView], result: BufferSlice?, type: TensorType, epilogue: EpiloguePlan?,
    choices: KernelChoices
  ) -> any KernelPlan
}

extension ContractionOperation {
  package func lowering(_ operands: [TensorType]) -> Lowering { .contraction(self) }

  package func acceptsEpilogue(_ operands: [TensorType]) -> Bool { true }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    plan(operands, result: result.place, type: result.type, epilogue: nil, choices: choices)
  }
}

extension MatMul: ContractionOperation {
  package func acceptsEpilogue(_ operands: [TensorType]) -> Bool {
    operands[0].shape.dimensions.dropLast(2).allSatisfy { $0 == 1 }
      && !(transposeA && pointwise(operands) != nil)
  }

  package func plan(
    _ operands: [BufferView], result: BufferSlice?, type: TensorType, epilogue: EpiloguePlan?,
    choices: KernelChoices
  ) -> any KernelPlan {
    let (m, n) = (type.shape[-2], type.shape[-1])
    let k = operands[0].type.shape[transposeA ? -2 : -1]
    let batch = type.shape.count / max(1, m * n)
    // Transposed, it is the input gradient of the product.
    if batch == 1, !transposeA,
      let map = PerPositionGemm(rows: m, channels: transposeB ? n : k, outChannels: transposeB ? k : n)
    {
      return PerPositionGemmPlan(
        map: map, isTransposed: transposeB, x: OperandPlan(operands[0]), w: operands[1].place,
        result: result, epilogue: epilogue, name: "matmul")
    }
    if batch == 1, let geometry = pointwise(operands.map(\.type)) {
      return plan(geometry, operands, result: result, type: type, epilogue: epilogue, choices)
    }
    return MatMulPlan(
      batch: batch, m: m, n: n, k: k,
      transposeA: transposeA, transposeB: transposeB, a: operands[0].place, b: operands[1].place,
      result: result, epilogue: epilogue)
  }
}

extension MatMul {
  /// Returns the pointwise convolution that a large product of one matrix is, or one of whose gradients it
  /// is; nil for others. Its kernels read the rows in place and pack the other matrix once.
  private func pointwise(_ operands: [TensorType]) -> ConvolutionGeometry? {
    let (a, b) = (operands[0].shape, operands[1].shape)
    guard a.dimensions.dropLast(2).allSatisfy({ $0 == 1 }), !(transposeA && transposeB) else { return nil }
    // The rows of the convolution, its input and its output channels.
    let (rows, inputs, outputs) =
      transposeA ? (a[-2], a[-1], b[-1]) : (a[-2], transposeB ? b[-2] : a[-1], transposeB ? a[-1] : b[-1])
    guard rows >= 256, inputs >= 64, outputs >= 64 else { return nil }
    return ConvolutionGeometry(rows: rows, channels: inputs, outChannels: outputs)
  }

  private func plan(
    _ geometry: ConvolutionGeometry, _ operands: [BufferView], result: BufferSlice?, type: TensorType,
    epilogue: EpiloguePlan?, _ choices: KernelChoices
  ) -> any KernelPlan {
    if transposeA, let result {
      return ConvolutionWeightGradientPlan(geometry, operands, to: result, type.element, choices)
    }
    if transposeB {
      return ConvolutionInputGradientPlan(geometry, operands, to: result, epilogue, type.element, choices)
    }
    return ConvolutionForwardPlan(geometry, operands, to: result, epilogue, type.element, choices)
  }
}

extension Convolution2D: ContractionOperation {
  package func acceptsPrologue(operand: Int) -> Bool {
    operand == 0 && groups == 1 && window.width.dilation == 1
  }

  package func acceptsEpilogue(_ operands: [TensorType]) -> Bool { !isDepthwise(operands[1], groups) }

  package func plan(
    _ operands: [BufferView], result: BufferSlice?, type: TensorType, epilogue: EpiloguePlan?,
    choices: KernelChoices
  ) -> any KernelPlan {
    let geometry = ConvolutionGeometry(
      input: operands[0].type.shape, output: type.shape, window: window, groups: groups)
    if let depthwise = DepthwiseGeometry(geometry), let result {
      return DepthwiseConvolutionPlan(
        geometry: depthwise, x: operands[0].place, w: operands[1].place, result: result)
    }
    if let map = geometry.smallMap(type.element, choices) {
      return PerPositionGemmPlan(
        map: map, isTransposed: false, x: OperandPlan(operands[0]), w: operands[1].place, result: result,
        epilogue: epilogue, name: "convolution")
    }
    if let (winograd, algorithm) = geometry.winograd(type.element, isTransposed: false, choices) {
      return WinogradConvolutionPlan(
        geometry: winograd, algorithm: algorithm, x: OperandPlan(operands[0]), w: operands[1].place,
        result: result, epilogue: epilogue)
    }
    return ConvolutionForwardPlan(geometry, operands, to: result, epilogue, type.element, choices)
  }
}

// Whether kernels, `[kh, kw, C / groups, K]`, are one for each channel.
private func isDepthwise(_ kernels: TensorType, _ groups: Int) -> Bool {
  groups > 1 && kernels.shape[2] == 1 && kernels.shape[3] == groups
}

extension ConvolutionInputGradient: ContractionOperation {
  package func acceptsEpilogue(_ operands: [TensorType]) -> Bool { !isDepthwise(operands[1], groups) }

  package func plan(
    _ operands: [BufferView], result: BufferSlice?, type: TensorType, epilogue: EpiloguePlan?,
    choices: KernelChoices
  ) -> any KernelPlan {
    let geometry = ConvolutionGeometry(
      input: type.shape, output: operands[0].type.shape, window: window, groups: groups)
    if let depthwise = DepthwiseGeometry(geometry, isInputGradient: true), let result {
      return DepthwiseConvolutionPlan(
        geometry: depthwise, x: operands[0].place, w: operands[1].place, result: result)
    }
    if let map = geometry.smallMap(type.element, choices) {
      return PerPositionGemmPlan(
        map: map, isTransposed: true, x: OperandPlan(operands[0]), w: operands[1].place, result: result,
        epilogue: epilogue, name: "input gradient")
    }
    if let (winograd, algorithm) = geometry.winograd(type.element, isTransposed: true, choices) {
      return WinogradConvolutionPlan(
        geometry: winograd, algorithm: algorithm, x: OperandPlan(operands[0]), w: operands[1].place,
        result: result, epilogue: epilogue)
    }
    return ConvolutionInputGradientPlan(geometry, operands, to: result, epilogue, type.element, choices)
  }
}

extension ConvolutionWeightGradient: LoweredOperation {
  package func acceptsPrologue(operand: Int) -> Bool {
    operand == 0 && groups == 1 && window.width.dilation == 1
  }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    let geometry = ConvolutionGeometry(
      input: operands[0].type.shape, output: operands[1].type.shape, window: window, groups: groups)
    if let depthwise = DepthwiseGeometry(geometry) {
      return DepthwiseWeightGradientPlan(
        geometry: depthwise, x: operands[0].place, upstream: operands[1].place, result: result.place)
    }
    if let map = geometry.smallMap(result.type.element, choices) {
      return PerPositionGemmWeightGradientPlan(
        map: map, x: OperandPlan(operands[0]), upstream: OperandPlan(operands[1]), result: result.place)
    }
    if let (winograd, algorithm) = geometry.winograd(result.type.element, isTransposed: false, choices) {
      return WinogradWeightGradientPlan(
        geometry: winograd, algorithm: algorithm, x: OperandPlan(operands[0]),
        upstream: OperandPlan(operands[1]),
        result: result.place)
    }
    return ConvolutionWeightGradientPlan(
      geometry.inLongLines, operands, to: result.place, result.type.element, choices)
  }
}
