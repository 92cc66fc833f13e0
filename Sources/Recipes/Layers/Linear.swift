/// A matrix product with every row of `[N, C]`, or of the last axis of `[N, ..., C]`, plus a bias:
/// `[N, ..., outputs]`. The inputs' number is inferred.
///
/// Its `weight` is `[C, outputs]`; both are initialized uniformly in plus or minus 1/sqrt(C), PyTorch's
/// default.
public struct Linear: Layer {
  /// The number of outputs.
  public let outputs: Int
  let bias: Bool
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a linear layer.
  ///
  /// - Parameters:
  ///   - outputs: The number of outputs.
  ///   - bias: Whether a bias is added.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(_ outputs: Int, bias: Bool = true, file: StaticString = #fileID, line: Int = #line) {
    self.outputs = outputs
    self.bias = bias
    location = SourceLocation(file: file, line: line)
  }

  public var kind: String { "fc" }

  public var problems: [SettingProblem] { Check.count("outputs", outputs) }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    guard x.shape.rank >= 2 else {
      return graph.report(
        ShapeError(
          "A linear layer needs a batch of rows of features.",
          expected: "[N, C] or [N, ..., C]", found: "\(x.shape)",
          assuming: TensorType([x.shape.dimensions.first ?? 1, outputs], x.type.element)))
    }
    let inputs = x.shape.channels
    let initializer = Initializer.linear(inputs: inputs)
    let weight = graph.variable(
      "weight", [inputs, outputs], role: .weight, layout: .outputsFirst, initializer: initializer)
    let axes = Array(x.shape.dimensions.dropLast())
    var y = matmul(x.reshaped(to: [Shape(axes).count, inputs]), weight)
    if bias { y = y + graph.variable("bias", [outputs], role: .bias, initializer: initializer) }
    return y.reshaped(to: Shape(axes + [outputs]))
  }
}
