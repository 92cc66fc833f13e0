import Foundation

/// A learning-rate schedule, by step and not by epoch.
public enum Schedule: Hashable, Checkable {
  /// A constant rate.
  case constant
  /// Linear warmup from 0 over the first `warmup` of all steps (a fraction, rounded down), then cosine decay
  /// to 0 (Loshchilov and Hutter 2017).
  case cosine(warmup: Double = 0)

  public var problems: [SettingProblem] {
    if case .cosine(let warmup) = self { Check.number("warmup", warmup, atLeast: 0, atMost: 1) }
  }

  /// Returns the fraction of the peak rate at a step, starting at 0, of a run of `total` steps.
  ///
  /// - Parameters:
  ///   - step: The index of the step.
  ///   - total: The number of steps.
  public func share(at step: Int, of total: Int) -> Double {
    switch self {
    case .constant: return 1
    case .cosine(let warmup):
      // A small tolerance, so that 0.29 of 100 steps are 29.
      let rise = Int(min(max(Double(total) * warmup + 1e-6, 0), Double(total)))
      if step < rise { return Double(step) / Double(rise) }
      if step >= total { return 0 }
      return (1 + cos(.pi * Double(step - rise) / Double(total - rise))) / 2
    }
  }
}
