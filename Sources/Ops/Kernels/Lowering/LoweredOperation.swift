/// A tensor of a program: where it lies and what it is.
package struct BufferView: Sendable {
  /// Where its first element is, unless it is computed on the fly.
  package let place: BufferSlice
  /// Its shape and element.
  package let type: TensorType
  /// The loop that computes its rows for a product that reads them; nil if it is in memory.
  package let prologue: LoopPlan?

  /// A tensor at a place, or one that a prologue computes.
  package init(_ place: BufferSlice, _ type: TensorType, prologue: LoopPlan? = nil) {
    self.place = place
    self.type = type
    self.prologue = prologue
  }
}

/// How a convolution is computed.
public enum ConvolutionAlgorithm: String, Sendable {
  /// As a product of patches, multiplied where they lie.
  case im2col
  /// By Winograd's filtering F(2x2, 3x3), where that is possible.
  case winograd2
  /// By Winograd's filtering F(4x4, 3x3), where that is possible.
  case winograd4
}

/// Kernels asked for by name, where a cost model would choose.
public struct KernelChoices: Hashable, Sendable {
  /// The algorithm for convolutions that it can compute.
  public var convolution: ConvolutionAlgorithm?

  /// Choices; the cost model's by default.
  public init(convolution: ConvolutionAlgorithm? = nil) { self.convolution = convolution }
}

/// An operation that chooses among kernels of this module.
package protocol LoweredOperation: TensorOperation {
  /// Whether an operand's rows may be computed by a prologue instead of being read from memory.
  func acceptsPrologue(operand: Int) -> Bool

  /// The call that computes `result` from the operands.
  func plan(_ operands: [BufferView], result: BufferView, choices: KernelChoices) -> any KernelPlan
}

extension LoweredOperation {
  package func lowering(_ operands: [TensorType]) -> Lowering { .kernel(self) }

  package func acceptsPrologue(operand: Int) -> Bool { false }
}

extension TensorOperation {
  /// The call that computes `result`: by a kernel of this module, by one that the operation brings along, or
  /// by its reference kernel.
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

/// An operation whose result is made in tiles of rows, so that an epilogue can be fused to it.
package protocol ContractionOperation: LoweredOperation {
  /// Whether an epilogue may follow, given the operands' types.
  func acceptsEpilogue(_ operands: [TensorType]) -> Bool

  /// The call that computes the product of type `type`, writes it to `result` unless nobody reads it later,
  /// and does the epilogue to each tile.
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
  }

  package func plan(
    _ operands: [BufferView], result: BufferSlice?, type: TensorType, epilogue: EpiloguePlan?,
    choices: KernelChoices
  ) -> any KernelPlan {
    let (m, n) = (type.shape[-2], type.shape[-1])
    let k = operands[0].type.shape[transposeA ? -2 : -1]
    let batch = type.shape.count / max(1, m * n)
    // Transposed, the map is that of the product that this one is the gradient of.
    if batch == 1, !transposeA,
      let map = PerPositionGemm(rows: m, channels: transposeB ? n : k, outChannels: transposeB ? k : n)
    {
      return PerPositionGemmPlan(
        map: map, isTransposed: transposeB, x: .stored(operands[0].place), w: operands[1].place,
        result: result, epilogue: epilogue, name: "matmul")
    }
    return MatMulPlan(
      batch: batch, m: m, n: n, k: k,
      transposeA: transposeA, transposeB: transposeB, a: operands[0].place, b: operands[1].place,
      result: result, epilogue: epilogue)
  }
}

extension Convolution2D: ContractionOperation {
  package func acceptsPrologue(operand: Int) -> Bool { operand == 0 && groups == 1 }

  package func plan(
    _ operands: [BufferView], result: BufferSlice?, type: TensorType, epilogue: EpiloguePlan?,
    choices: KernelChoices
  ) -> any KernelPlan {
    let geometry = ConvolutionGeometry(
      input: operands[0].type.shape, output: type.shape, window: window, groups: groups)
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
    return ConvolutionForwardPlan(
      geometry: geometry, x: OperandPlan(operands[0]), w: operands[1].place, result: result,
      epilogue: epilogue,
      element: type.element)
  }
}

extension ConvolutionInputGradient: ContractionOperation {
  package func plan(
    _ operands: [BufferView], result: BufferSlice?, type: TensorType, epilogue: EpiloguePlan?,
    choices: KernelChoices
  ) -> any KernelPlan {
    let geometry = ConvolutionGeometry(
      input: type.shape, output: operands[0].type.shape, window: window, groups: groups)
    if let map = geometry.smallMap(type.element, choices) {
      return PerPositionGemmPlan(
        map: map, isTransposed: true, x: .stored(operands[0].place), w: operands[1].place, result: result,
        epilogue: epilogue, name: "input gradient")
    }
    if let (winograd, algorithm) = geometry.winograd(type.element, isTransposed: true, choices) {
      return WinogradConvolutionPlan(
        geometry: winograd, algorithm: algorithm, x: .stored(operands[0].place), w: operands[1].place,
        result: result, epilogue: epilogue)
    }
    return ConvolutionInputGradientPlan(
      geometry: geometry, upstream: operands[0].place, w: operands[1].place, result: result,
      epilogue: epilogue, element: type.element)
  }
}

extension ConvolutionWeightGradient: LoweredOperation {
  package func acceptsPrologue(operand: Int) -> Bool { operand == 0 && groups == 1 }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    let geometry = ConvolutionGeometry(
      input: operands[0].type.shape, output: operands[1].type.shape, window: window, groups: groups)
    if let map = geometry.smallMap(result.type.element, choices) {
      return PerPositionGemmWeightGradientPlan(
        map: map, x: OperandPlan(operands[0]), upstream: operands[1].place, result: result.place)
    }
    if let (winograd, algorithm) = geometry.winograd(result.type.element, isTransposed: false, choices) {
      return WinogradWeightGradientPlan(
        geometry: winograd, algorithm: algorithm, x: OperandPlan(operands[0]), upstream: operands[1].place,
        result: result.place)
    }
    return ConvolutionWeightGradientPlan(
      geometry: geometry.inLongLines, x: OperandPlan(operands[0]), upstream: operands[1].place,
      result: result.place,
      element: result.type.element)
  }
}
