/// An input of a function whose gradient is checked: its shape, and where its elements are drawn from.
public struct CheckInput: Sendable {
  /// Where the elements of an input come from.
  public enum Distribution: Hashable, Sendable {
    /// Uniform between two numbers.
    case uniform(ClosedRange<Double>)
    /// Whole numbers, all equally likely.
    case integers(Range<Int>)
    /// These, in row-major order.
    case given([Double])
  }

  /// The name that reports use.
  public let name: String
  /// The extents.
  public let shape: Shape
  /// Where the elements come from.
  public let distribution: Distribution
  /// Whether the gradient for this input is checked.
  public let isDifferentiated: Bool

  /// Real numbers drawn uniformly from a range.
  public static func uniform(
    _ name: String, _ shape: Shape, in range: ClosedRange<Double> = -1...1, differentiated: Bool = true
  ) -> CheckInput {
    CheckInput(
      name: name, shape: shape, distribution: .uniform(range), isDifferentiated: differentiated)
  }

  /// Labels or indices drawn uniformly from a range.
  public static func integers(_ name: String, _ shape: Shape, in range: Range<Int>) -> CheckInput {
    CheckInput(name: name, shape: shape, distribution: .integers(range), isDifferentiated: false)
  }

  /// The given real numbers.
  public static func given(
    _ name: String, _ shape: Shape, _ values: [Double], differentiated: Bool = true
  ) -> CheckInput {
    contract(values.count == shape.count, "\(values.count) values do not fill \(shape)")
    return CheckInput(
      name: name, shape: shape, distribution: .given(values), isDifferentiated: differentiated)
  }

  /// What one element is.
  public var element: ElementType {
    if case .integers = distribution { return .int32 }
    return .float64
  }

  /// The values this input takes, drawn in order from a generator.
  public func drawn(_ generator: inout CounterGenerator) -> Value<Double> {
    switch distribution {
    case .uniform(let range):
      return .real((0..<shape.count).map { _ in generator.uniform(range) }, shape)
    case .integers(let range):
      return .index((0..<shape.count).map { _ in Int32(Int.random(in: range, using: &generator)) }, shape)
    case .given(let values): return .real(values, shape)
    }
  }
}
