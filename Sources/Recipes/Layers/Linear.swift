/// A matrix product with every row of `[N, C]`, or of the last axis of `[N, ..., C]`, plus a bias:
/// `[N, ..., outputs]`. The inputs' number is inferred.
///
/// Its `weight` is `[C, outputs]`; by default, both are initialized uniformly in plus or minus 1/sqrt(C), as
/// in PyTorch.
public struct Linear: Layer {
  /// The number of outputs.
  public let outputs: Int
  let bias: Bool
  let initializer: Initializer?
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a linear layer.
  ///
  /// - Parameters:
  ///   - outputs: The number of outputs.
  ///   - bias: Whether a bias is added.
  ///   - initializer: The distribution of the first weights, with biases of 0; nil for the default.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ outputs: Int, bias: Bool = true, initializer: Initializer? = nil, file: StaticString = #fileID,
    line: Int = #line
  ) {
    self.outputs = outputs
    self.bias = bias
    self.initializer = initializer
    location = SourceLocation(file: file, line: line)
  }

  public var kind: String { "fc" }

  public var problems: [SettingProblem] {
    Check.count("outputs", outputs)
    if let initializer { Check.initializer("initializer", initializer) }
  }

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
    let uniform = Initializer.linear(inputs: inputs)
    let weight = graph.variable(
      "weight", [inputs, outputs], role: .weight, layout: .outputsFirst, initializer: initializer ?? uniform)
    let axes = Array(x.shape.dimensions.dropLast())
    var y = matmul(x.reshaped(to: [Shape(axes).count, inputs]), weight)
    if bias {
      let first = initializer == nil ? uniform : .zeros
      y = y + graph.variable("bias", [outputs], role: .bias, initializer: first)
    }
    return y.reshaped(to: Shape(axes + [outputs]))
  }
}
