/// A multilayer perceptron on each row of `[N, ..., C]`: two linear layers, `fc1` and `fc2`, with a GELU
/// between. The result has `C` channels again.
public struct MLP: Layer {
  let hidden: Int

  /// Creates a perceptron.
  ///
  /// - Parameter hidden: The number of hidden units.
  public init(hidden: Int) { self.hidden = hidden }

  public var problems: [SettingProblem] { Check.count("hidden", hidden) }

  public func apply(to x: Tensor) -> Tensor {
    let initializer = Initializer.normal(deviation: 0.02)
    let inner = Linear(hidden, initializer: initializer).named("fc1")(x)
    // The GELU is computed again in the backward pass: it is the largest activation and takes little time.
    return Checkpoint {
      GELU()
      Linear(x.shape.channels, initializer: initializer).named("fc2")
    }.apply(to: inner)
  }
}
