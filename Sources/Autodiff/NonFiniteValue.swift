/// The first non-finite value of a step that reached its result: the node that produced it, or the input,
/// variable or constant that contained it.
public struct NonFiniteValue: Error, Equatable, Sendable, CustomStringConvertible {
  /// Statistics of a tensor's values.
  public struct Values: Equatable, Sendable {
    /// The tensor: `Log f32[8,16]`, `the input images`, `the variable fc.weight`.
    public let name: String
    /// The number of elements.
    public let count: Int
    /// The number of NaNs.
    public internal(set) var notNumbers = 0
    /// The number of infinities.
    public internal(set) var infinities = 0
    /// The number of zeros.
    public internal(set) var zeros = 0
    /// The smallest and largest finite value.
    public internal(set) var range: ClosedRange<Double>?
  }

  /// The node.
  public let origin: NodeOrigin
  /// Its result.
  public let result: Values
  /// The operands, all finite; empty for an input, variable or constant.
  public let operands: [Values]
  /// The cause, if known: `a division by 0`.
  public let reason: String?

  /// `Log f32[8,16] at conv1 (Model.swift:12) made 3 NaN of 128 numbers, the logarithm of a number below 0,
  /// from Sum f32[8,16] in -0.2...1.4.`
  public var description: String {
    let found = [
      result.notNumbers > 0 ? "\(result.notNumbers) NaN" : nil,
      result.infinities > 0 ? "\(result.infinities) infinite" : nil,
    ].compactMap { $0 }.joined(separator: " and ")
    let numbers = "\(found) of \(result.count) \(result.count == 1 ? "number" : "numbers")"
    if operands.isEmpty { return "Before the step \(result.name) already held \(numbers)." }
    let sources = operands.map { "\($0.name) \($0.place)" }.joined(separator: " and ")
    return "\(origin) made \(numbers)\(reason.map { ", \($0)," } ?? "") from \(sources)."
  }
}

extension NonFiniteValue.Values {
  init(name: String, of elements: some Collection<some Real>) {
    self.name = name
    count = elements.count
    for element in elements {
      if element.isNaN {
        notNumbers += 1
      } else if element.isInfinite {
        infinities += 1
      } else {
        let value = Double(element)
        if value == 0 { zeros += 1 }
        range = min(range?.lowerBound ?? value, value)...max(range?.upperBound ?? value, value)
      }
    }
  }

  fileprivate var elementRange: ElementRange? {
    range.map { ElementRange(least: $0.lowerBound, largest: $0.upperBound, hasZeros: zeros > 0) }
  }

  fileprivate var largestMagnitude: Double {
    range.map { max(abs($0.lowerBound), abs($0.upperBound)) } ?? 0
  }

  fileprivate var place: String {
    guard let range else { return "without numbers" }
    let (least, largest) = (Float(range.lowerBound), Float(range.upperBound))
    return least == largest ? "of \(least)" : "in \(least)...\(largest)"
  }
}

extension NonFiniteValue {
  /// Returns the likely cause in an operation, from its operands.
  static func reason(
    _ operation: any Operation, _ operands: [Values], _ result: Values, _ element: ElementType
  ) -> String? {
    let ranges = operands.compactMap(\.elementRange)
    if ranges.count == operands.count, !ranges.isEmpty, let fault = operation.definition?.fault(of: ranges) {
      return fault
    }
    // A square or a product can overflow from the square root of the largest number on.
    let largest = operands.reduce(0) { max($0, $1.largestMagnitude) }
    let most = element == .float64 ? Double.greatestFiniteMagnitude : Double(Float.greatestFiniteMagnitude)
    let isOverflow = result.notNumbers == 0 || largest >= most.squareRoot()
    return isOverflow ? "too large for \(element.rawValue)" : nil
  }
}
