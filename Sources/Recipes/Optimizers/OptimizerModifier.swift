/// An optimizer that changes how another one is applied, such as ``GradientClipping``. What a modifier does
/// not implement is that of its base.
public protocol OptimizerModifier: Optimizer {
  /// The optimizer that it changes.
  var base: any Optimizer { get set }
}

extension OptimizerModifier {
  public var learningRate: Double {
    get { base.learningRate }
    set { base.learningRate = newValue }
  }

  public var weightDecay: Scheduled {
    get { base.weightDecay }
    set { base.weightDecay = newValue }
  }

  // The base reports its own.
  public var problems: [SettingProblem] { [] }

  public var parts: [any Checkable] { [base] }

  public func update(
    _ parameter: Variable, value: Tensor, gradient: Tensor, learningRate: Tensor
  ) -> Tensor {
    base.update(parameter, value: value, gradient: gradient, learningRate: learningRate)
  }

  public func adjusted(_ gradients: [Tensor]) -> [Tensor] { base.adjusted(gradients) }

  public func rateFactors(of parameters: [Variable]) throws(ShapeError) -> [Double] {
    try base.rateFactors(of: parameters)
  }
}
