/// The learning rate of every step of a run.
public struct LearningRate: Hashable, Sendable {
  /// The scaling of the learning rate with the batch size.
  public enum Scaling: String, Hashable, Sendable {
    /// No scaling.
    case none
    /// Linear: `base * batch / 256`.
    case linear
    /// Square root: `base * sqrt(batch)`.
    case squareRoot
  }

  /// The peak learning rate.
  public let peak: Double
  /// The learning-rate schedule.
  public let schedule: Schedule

  /// Creates a rate that is scaled by the batch size in images and then follows a schedule.
  ///
  /// - Parameters:
  ///   - base: The peak learning rate before scaling.
  ///   - schedule: The learning-rate schedule.
  ///   - scaling: How the rate grows with the batch.
  ///   - batch: The batch size in images.
  public init(_ base: Double, schedule: Schedule = .constant, scaling: Scaling = .none, batch: Int = 256) {
    self.schedule = schedule
    switch scaling {
    case .none: peak = base
    case .linear: peak = base * Double(batch) / 256
    case .squareRoot: peak = base * Double(batch).squareRoot()
    }
  }

  /// Returns the rate at a step, starting at 0, of a run of `total` steps.
  ///
  /// - Parameters:
  ///   - step: The index of the step.
  ///   - total: The number of steps.
  public func rate(at step: Int, of total: Int) -> Double { peak * schedule.share(at: step, of: total) }
}
