import Foundation

/// A number that may change during a stage, step by step: a temperature, a momentum, a loss weight, a weight
/// decay.
///
///     NTXent(temperature: 0.1)
///     NTXent(temperature: .linear(from: 0.5, to: 0.1))
///     TargetNetwork(momentum: .cosine(from: 0.99, to: 1))
///     AdamW(learningRate: 5e-4, weightDecay: .cosine(from: 0.04, to: 0.4))
///     DINOLoss(temperature: 0.1, teacher: .warmup(from: 0.04, to: 0.07, over: 0.3))
public enum Scheduled: Hashable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// A constant number.
  case constant(Double)
  /// Linear interpolation from one number to another.
  case linear(from: Double, to: Double)
  /// Cosine interpolation from one number to another.
  case cosine(from: Double, to: Double)
  /// Linear interpolation from one number to another over the first steps, a share of all, and the latter
  /// number from then on.
  case warmup(from: Double, to: Double, over: Double)

  public init(floatLiteral value: Double) { self = .constant(value) }
  public init(integerLiteral value: Int) { self = .constant(Double(value)) }

  /// Returns the number at a step, starting at 0, of a run of `total` steps.
  ///
  /// - Parameters:
  ///   - step: The index of the step.
  ///   - total: The number of steps.
  public func value(at step: Int, of total: Int) -> Double {
    let way = Double(step) / Double(max(total - 1, 1))
    let share = min(way, 1)
    switch self {
    case .constant(let value): return value
    case .linear(let first, let last): return first + (last - first) * share
    case .cosine(let first, let last): return last + (first - last) * (1 + cos(.pi * share)) / 2
    case .warmup(let first, let last, let rise): return first + (last - first) * min(way / rise, 1)
    }
  }

  /// The first and the last number, the bounds of all others.
  var ends: (first: Double, last: Double) {
    switch self {
    case .constant(let value): (value, value)
    case .linear(let first, let last), .cosine(let first, let last), .warmup(let first, let last, _):
      (first, last)
    }
  }

  /// Returns the number as a scalar of a graph: a constant, or an input that the run sets at each step.
  ///
  /// - Parameters:
  ///   - name: The input's name within the scope; inputs with the same name are shared.
  ///   - graph: The graph.
  ///   - absolute: Whether the name is the whole path, the same in every scope.
  public func tensor(_ name: String, in graph: GraphBuilder, absolute: Bool = false) -> Tensor {
    if case .constant(let value) = self { return graph.constant(value) }
    let path = absolute || graph.path.isEmpty ? name : graph.path + "." + name
    if !graph.inputs.contains(where: { $0.name == path }) {
      graph.annotate(ScheduledInput(name: path, schedule: self))
    }
    return graph.sharedInput(path, [], initially: value(at: 0, of: 1))
  }
}

extension Check {
  /// Checks for a finite number in a range, at every step.
  ///
  /// - Parameters:
  ///   - setting: The name of the setting.
  ///   - value: Its value.
  ///   - above: A bound that the value must exceed.
  ///   - least: The smallest value allowed.
  ///   - most: The largest value allowed.
  public static func scheduled(
    _ setting: String, _ value: Scheduled, above: Double? = nil, atLeast least: Double? = nil,
    atMost most: Double? = nil
  ) -> SettingProblem? {
    if case .warmup(_, _, let rise) = value, number(setting, rise, above: 0, atMost: 1) != nil {
      return SettingProblem(
        setting, value, mustBe: "a warmup over a share of the steps above 0 and at most 1")
    }
    let problems = [value.ends.first, value.ends.last].compactMap {
      number(setting, $0, above: above, atLeast: least, atMost: most)
    }
    return problems.first.map { SettingProblem(setting, value, mustBe: "\($0.requirement) at every step") }
  }
}

extension Scheduled: CustomStringConvertible {
  /// The number or its schedule: `0.1`, `linear(from: 0.5, to: 0.1)`.
  public var description: String {
    switch self {
    case .constant(let value): "\(value)"
    case .linear(let first, let last): "linear(from: \(first), to: \(last))"
    case .cosine(let first, let last): "cosine(from: \(first), to: \(last))"
    case .warmup(let first, let last, let rise): "warmup(from: \(first), to: \(last), over: \(rise))"
    }
  }
}

// A constant is written as its number, as settings that may follow a schedule began as numbers.
extension Scheduled: StablyWritten {
  func write(to text: inout StableText) {
    let (name, numbers): (String, Any) =
      switch self {
      case .constant(let value): ("", value)
      case .linear(let first, let last): ("linear", (first, last))
      case .cosine(let first, let last): ("cosine", (first, last))
      case .warmup(let first, let last, let rise): ("warmup", (first, last, rise))
      }
    if name.isEmpty { text.write(numbers) } else { text.write("Scheduled." + name, [numbers]) }
  }
}

/// An input of a graph that follows a schedule.
struct ScheduledInput: Sendable {
  let name: String
  let schedule: Scheduled
}

extension GraphBuilder {
  /// The inputs that follow schedules.
  var scheduledInputs: [ScheduledInput] { annotations.compactMap { $0 as? ScheduledInput } }
}
