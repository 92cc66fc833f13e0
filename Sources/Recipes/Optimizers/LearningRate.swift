/// The learning rate of every step of a run.
public struct LearningRate: Hashable, Sendable {
  /// How the rate grows with the batch.
  public enum Scaling: String, Hashable, Sendable {
    /// It does not.
    case none
    /// In proportion: `base * batch / 256`.
    case linear
    /// With the root: `base * sqrt(batch)`.
    case squareRoot
  }

  /// The rate at its highest.
  public let peak: Double
  /// How it gets there and back.
  public let schedule: Schedule

  /// A rate that is scaled by the number of images in a batch and then follows a schedule.
  public init(_ base: Double, schedule: Schedule = .constant, scaling: Scaling = .none, batch: Int = 256) {
    self.schedule = schedule
    switch scaling {
    case .none: peak = base
    case .linear: peak = base * Double(batch) / 256
    case .squareRoot: peak = base * Double(batch).squareRoot()
    }
  }

  /// The rate at a step, from 0, of a run of `total` steps.
  public func rate(at step: Int, of total: Int) -> Double { peak * schedule.share(at: step, of: total) }
}
