/// An update rule for parameters, given their gradients. It emits the update as nodes of the graph, so that
/// forward pass, backward pass and update compile to one program.
public protocol Optimizer: Checkable, Hashable {
  /// The learning rate before schedule and batch scaling.
  var learningRate: Double { get set }

  /// The weight decay, which may change during a stage.
  var weightDecay: Scheduled { get set }

  /// Returns the parameter's new value.
  ///
  /// - Parameters:
  ///   - parameter: The trained variable.
  ///   - value: Its value at the start of the step.
  ///   - gradient: The gradient of the loss for it.
  ///   - learningRate: This step's learning rate, a scalar.
  func update(_ parameter: Variable, value: Tensor, gradient: Tensor, learningRate: Tensor) -> Tensor

  /// Returns the gradients by which the parameters are updated; those of the loss unless it says otherwise.
  ///
  /// - Parameter gradients: The gradients of the loss for all parameters, in the order of the parameters.
  func adjusted(_ gradients: [Tensor]) -> [Tensor]

  /// Returns the factor on the learning rate of each parameter; 1 unless it says otherwise.
  ///
  /// - Parameter parameters: All parameters, frozen ones included.
  /// - Throws: `ShapeError` if they have no such factors.
  func rateFactors(of parameters: [Variable]) throws(ShapeError) -> [Double]

  /// The optimizer and its settings in words, written from the stored properties unless it says otherwise. A
  /// stage that was trained with others is trained again.
  var summary: String { get }
}

extension Optimizer {
  public var problems: [SettingProblem] { rateProblems }

  /// The problems of the learning rate and the weight decay.
  @SettingProblemBuilder public var rateProblems: [SettingProblem] {
    Check.number("learningRate", learningRate, atLeast: 0)
    Check.scheduled("weightDecay", weightDecay, atLeast: 0)
  }

  /// Returns the weight decay as a scalar of a graph: a constant, or an input that the run sets at each step.
  ///
  /// - Parameter graph: The graph of the update.
  public func decay(in graph: GraphBuilder) -> Tensor {
    weightDecay.tensor("optimizer.weightDecay", in: graph, absolute: true)
  }

  public func adjusted(_ gradients: [Tensor]) -> [Tensor] { gradients }

  public func rateFactors(of parameters: [Variable]) throws(ShapeError) -> [Double] {
    parameters.map { _ in 1 }
  }

  public var summary: String { String(describing: self) }
}
