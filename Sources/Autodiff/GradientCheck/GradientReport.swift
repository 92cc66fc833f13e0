/// The result of a gradient check.
///
/// In a test, `try gradientCheck(...).verify()` throws the report if the check failed, and so prints it.
public struct GradientReport: Error, CustomStringConvertible {
  /// The location of a derivative: one element of an input, or a random direction.
  public struct BufferSlice: Hashable, Sendable, CustomStringConvertible {
    /// The name of the input.
    public let input: String
    /// The element's index on each axis; nil for a direction.
    public let index: [Int]?

    public var description: String {
      guard let index else { return "\(input) along a direction" }
      return index.isEmpty ? input : "\(input)\(index)"
    }
  }

  /// One derivative by the tape and by finite differences.
  public struct Comparison: Sendable {
    /// The location.
    public let place: BufferSlice
    /// The derivative by the tape.
    public let analytic: Double
    /// The derivative by finite differences.
    public let numeric: Double
    /// The relative error: the difference over the larger value, or over a floor; see `gradientCheck`.
    public let error: Double
  }

  /// A point where the function has no derivative: the one-sided slopes differ at every step size.
  public struct Kink: Sendable {
    /// The location.
    public let place: BufferSlice
    /// The slope below.
    public let left: Double
    /// The slope above.
    public let right: Double
  }

  /// The result of checking one operation separately, at its operands' values in a failed check.
  public struct NodeReport: Sendable {
    /// The operation and its source location.
    public let origin: NodeOrigin
    /// A wrong derivative with respect to an operand; nil if none was found.
    public let mistake: Comparison?
  }

  /// The name of the checked function.
  public let name: String
  /// The largest relative error allowed.
  public let tolerance: Double
  /// The number of derivatives compared.
  public internal(set) var compared = 0
  /// The number of them that needed a shorter step, because of a kink nearby.
  public internal(set) var shortened = 0
  /// The comparison with the largest error; that of a single element, if one exceeds the tolerance.
  public internal(set) var worst: Comparison?
  /// The points skipped because the function has no derivative there.
  public internal(set) var kinks: [Kink] = []
  /// The stopped gradients whose operands were held constant.
  public internal(set) var stopped: [NodeOrigin] = []
  /// If the check failed, the report of each operation between the inputs and the result.
  public internal(set) var nodes: [NodeReport] = []

  init(name: String, tolerance: Double) {
    self.name = name
    self.tolerance = tolerance
  }

  /// The largest relative error; infinite if nothing was compared.
  public var worstError: Double { worst?.error ?? .infinity }

  /// Whether at least one derivative was compared and every error is within the tolerance.
  public var passes: Bool { worstError <= tolerance }

  /// The operations with a wrong gradient, the largest error first.
  public var mistakenNodes: [NodeReport] {
    nodes.filter { $0.mistake != nil }
      .sorted { ($0.mistake?.error ?? 0) > ($1.mistake?.error ?? 0) }
  }

  /// Throws the report, and so fails a test with its text, unless the check passed.
  public func verify() throws(GradientReport) {
    if !passes { throw self }
  }

  public var description: String {
    "\(name): " + ([verdict] + mistakes + held + leftOut).joined(separator: " ")
  }

  private var verdict: String {
    guard let worst else { return "nothing was compared." }
    let agreement =
      passes
      ? "\(compared) derivatives agree to \(Float(worst.error)), the worst"
      : "a derivative is wrong by \(Float(worst.error)) where \(Float(tolerance)) is allowed,"
    return "\(agreement) \(worst)."
  }

  private var mistakes: [String] {
    if nodes.isEmpty { return [] }
    let found = mistakenNodes
    if found.isEmpty {
      return [
        "Each of the \(nodes.count) operations between the inputs and the result has the right gradient by itself: look "
          + "for a kink close by, for what rounding does, or for a custom gradient whose function reads more than its "
          + "operands, and try another seed."
      ]
    }
    return found.prefix(4).compactMap { node in
      node.mistake.map { "The gradient of \(node.origin) is wrong: \($0)." }
    } + (found.count > 4 ? ["So are those of \(found.count - 4) more operations."] : [])
  }

  private var held: [String] {
    stopped.isEmpty ? [] : ["Held at its value: \(list(stopped.map(\.description)))."]
  }

  private var leftOut: [String] {
    if kinks.isEmpty { return [] }
    let count = kinks.count == 1 ? "1 kink was" : "\(kinks.count) kinks were"
    return ["\(count) left out: \(list(kinks.map(\.place.description)))."]
  }

  private func list(_ places: [String]) -> String {
    (places.prefix(8) + (places.count > 8 ? ["..."] : [])).joined(separator: ", ")
  }

  mutating func add(_ finding: Finding) {
    switch finding {
    case .kink(let kink): kinks.append(kink)
    case .comparison(let comparison, let isShortened):
      compared += 1
      if isShortened { shortened += 1 }
      if let worst, rank(comparison) <= rank(worst) { return }
      worst = comparison
    }
  }

  private func rank(_ comparison: Comparison) -> (Int, Double) {
    (comparison.error > tolerance && comparison.place.index != nil ? 1 : 0, comparison.error)
  }
}

extension GradientReport.Comparison: CustomStringConvertible {
  /// `y[1, 2]: 0.5 by the tape, 0.25 by differences`.
  public var description: String { "\(place): \(analytic) by the tape, \(numeric) by differences" }
}

extension GradientReport {
  /// The outcome for one derivative.
  enum Finding {
    case comparison(Comparison, isShortened: Bool)
    case kink(Kink)

    /// The relative error; 0 at a kink.
    var error: Double {
      if case .comparison(let comparison, _) = self { comparison.error } else { 0 }
    }

    /// The absolute difference of the two values; 0 at a kink.
    var gap: Double {
      guard case .comparison(let comparison, _) = self else { return 0 }
      let gap = abs(comparison.analytic - comparison.numeric)
      return gap.isNaN ? .infinity : gap
    }
  }
}
