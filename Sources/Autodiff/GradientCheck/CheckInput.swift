/// An input of a gradient check: its shape and its distribution.
public struct CheckInput: Sendable {
  /// The distribution of an input's elements.
  public enum Distribution: Hashable, Sendable {
    /// Uniform in a range.
    case uniform(ClosedRange<Double>)
    /// Integers, uniform in a range.
    case integers(Range<Int>)
    /// Given values in row-major order.
    case given([Double])
  }

  /// The name in reports.
  public let name: String
  /// The extents.
  public let shape: Shape
  /// The distribution of the elements.
  public let distribution: Distribution
  /// Whether the gradient with respect to this input is checked.
  public let isDifferentiated: Bool

  /// Returns an input of real numbers, uniform in a range.
  ///
  /// - Parameters:
  ///   - name: The name of the graph's input.
  ///   - shape: Its shape.
  ///   - range: The range of the elements.
  ///   - differentiated: Whether the gradient with respect to it is checked.
  public static func uniform(
    _ name: String, _ shape: Shape, in range: ClosedRange<Double> = -1...1, differentiated: Bool = true
  ) -> CheckInput {
    CheckInput(
      name: name, shape: shape, distribution: .uniform(range), isDifferentiated: differentiated)
  }

  /// Returns an input of labels or indices, uniform in a range.
  ///
  /// - Parameters:
  ///   - name: The name of the graph's input.
  ///   - shape: Its shape.
  ///   - range: The range of the elements, without its upper bound.
  public static func integers(_ name: String, _ shape: Shape, in range: Range<Int>) -> CheckInput {
    CheckInput(name: name, shape: shape, distribution: .integers(range), isDifferentiated: false)
  }

  /// Returns an input of given real numbers.
  ///
  /// - Parameters:
  ///   - name: The name of the graph's input.
  ///   - shape: Its shape.
  ///   - values: Its elements in row-major order, as many as the shape has.
  ///   - differentiated: Whether the gradient with respect to it is checked.
  public static func given(
    _ name: String, _ shape: Shape, _ values: [Double], differentiated: Bool = true
  ) -> CheckInput {
    contract(values.count == shape.count, "\(values.count) values do not fill \(shape)")
    return CheckInput(
      name: name, shape: shape, distribution: .given(values), isDifferentiated: differentiated)
  }

  /// The element type.
  public var element: ElementType {
    if case .integers = distribution { return .int32 }
    return .float64
  }

  /// Returns the input's values, drawn from a generator in order.
  ///
  /// - Parameter generator: The generator, which moves on.
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
