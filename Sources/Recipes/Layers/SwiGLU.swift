/// A gated perceptron on each row of `[N, ..., C]` (Shazeer 2020, "GLU variants improve transformer"):
/// `silu(a) * b` of the halves `a` and `b` of a linear layer `fc1`, and a linear layer `fc2`. The result has
/// `C` channels again.
///
/// It is timm's `SwiGLUPacked`, and the `SwiGLUFFN` of DINOv2.
public struct SwiGLU: Layer {
  let hidden: Int

  /// Creates a gated perceptron.
  ///
  /// - Parameter hidden: The number of hidden units, half of the outputs of `fc1`.
  public init(hidden: Int) { self.hidden = hidden }

  public var problems: [SettingProblem] { Check.count("hidden", hidden) }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    guard x.shape.rank >= 2 else {
      return graph.report(
        ShapeError(
          "A gated perceptron needs a batch of rows of features.", expected: "[N, C] or [N, ..., C]",
          found: "\(x.shape)", assuming: x.type))
    }
    let (axes, channels) = (x.shape.dimensions.dropLast(), x.shape.channels)
    let rows = x.reshaped(to: [Shape(Array(axes)).count, channels])
    let initializer = Initializer.normal(deviation: 0.02)
    // Half of the weights is a smaller tensor than half of the products, which are two so that the gate is in
    // the epilogue of the second.
    let (gates, values) = graph.scoped("fc1") {
      let weight = graph.variable(
        "weight", [channels, 2 * hidden], role: .weight, layout: .outputsFirst, initializer: initializer)
      let bias = graph.variable("bias", [2 * hidden], role: .bias, initializer: .zeros)
      func half(_ range: Range<Int>) -> Tensor {
        matmul(rows, weight.sliced(range, axis: 1)) + bias.sliced(range, axis: 0)
      }
      return (half(0..<hidden), half(hidden..<2 * hidden))
    }
    // The gated values are computed again in the backward pass, as in MLP.
    let y = graph.checkpointed {
      Linear(channels, initializer: initializer).named("fc2")(silu(gates) * values)
    }
    return y.reshaped(to: x.shape)
  }
}
