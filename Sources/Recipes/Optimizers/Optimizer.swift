/// A rule that moves parameters against their gradients. It emits the move as nodes of the graph, so a
/// compiled step does forward, backward and update in one.
public protocol Optimizer: Checkable, Hashable {
  /// The learning rate before schedule and batch scaling.
  var learningRate: Double { get set }

  /// How strongly weights are drawn to 0.
  var weightDecay: Double { get set }

  /// The parameter's next value.
  ///
  /// - Parameters:
  ///   - parameter: The variable that is trained.
  ///   - value: Its value, as read by the step.
  ///   - gradient: The gradient of the loss for it.
  ///   - learningRate: This step's learning rate, a scalar.
  func update(_ parameter: Variable, value: Tensor, gradient: Tensor, learningRate: Tensor) -> Tensor

  /// The optimizer and its settings in words, written from the stored properties unless it says otherwise. A
  /// stage that was trained with others is trained again.
  var summary: String { get }
}

extension Optimizer {
  public var problems: [SettingProblem] { rateProblems }

  /// What does not work of the learning rate and the weight decay.
  @SettingProblemBuilder public var rateProblems: [SettingProblem] {
    Check.number("learningRate", learningRate, atLeast: 0)
    Check.number("weightDecay", weightDecay, atLeast: 0)
  }

  public var summary: String { String(describing: self) }
}
