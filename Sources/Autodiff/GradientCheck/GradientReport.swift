/// What a gradient check found.
///
/// In a test `try gradientCheck(...).verify()` throws the report if the check failed, and prints it.
public struct GradientReport: Error, CustomStringConvertible {
  /// Where a derivative was taken: at one element of an input, or along a random direction of all of them.
  public struct BufferSlice: Hashable, Sendable, CustomStringConvertible {
    /// The name of the input.
    public let input: String
    /// The element, a number for each axis; nil for a direction.
    public let index: [Int]?

    public var description: String {
      guard let index else { return "\(input) along a direction" }
      return index.isEmpty ? input : "\(input)\(index)"
    }
  }

  /// One derivative, taken both ways.
  public struct Comparison: Sendable {
    /// Where it was taken.
    public let place: BufferSlice
    /// By the tape.
    public let analytic: Double
    /// By differences.
    public let numeric: Double
    /// The difference of the two over the larger of them, or over a floor; see `gradientCheck`.
    public let error: Double
  }

  /// A place where the function has no derivative: the slopes on the two sides differ however small the step.
  public struct Kink: Sendable {
    /// Where it is.
    public let place: BufferSlice
    /// The slope below.
    public let left: Double
    /// The slope above.
    public let right: Double
  }

  /// What the check of one operation by itself found, at the operands that it had in a check that failed.
  public struct NodeReport: Sendable {
    /// The operation and where it was written.
    public let origin: NodeOrigin
    /// The derivative for an operand that is wrong; nil if none was found.
    public let mistake: Comparison?
  }

  /// What was checked.
  public let name: String
  /// The largest error allowed.
  public let tolerance: Double
  /// How many derivatives were compared.
  public internal(set) var compared = 0
  /// How many of them needed a shorter step, to stay on one side of a kink nearby.
  public internal(set) var shortened = 0
  /// The comparison with the largest error; one of an element, if there is one beyond the tolerance.
  public internal(set) var worst: Comparison?
  /// The places left out because the function has no derivative there.
  public internal(set) var kinks: [Kink] = []
  /// The stopped gradients behind which everything was held.
  public internal(set) var stopped: [NodeOrigin] = []
  /// In a check that failed, each operation between the inputs and the result.
  public internal(set) var nodes: [NodeReport] = []

  init(name: String, tolerance: Double) {
    self.name = name
    self.tolerance = tolerance
  }

  /// The largest relative error; infinite if nothing could be compared.
  public var worstError: Double { worst?.error ?? .infinity }

  /// Whether something was compared and every error is within the tolerance.
  public var passes: Bool { worstError <= tolerance }

  /// The operations whose gradient is wrong by itself, the most wrong first.
  public var mistakenNodes: [NodeReport] {
    nodes.filter { $0.mistake != nil }
      .sorted { ($0.mistake?.error ?? 0) > ($1.mistake?.error ?? 0) }
  }

  /// Throws the report, in whose words the test then fails, unless the check passed.
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
  /// What one derivative came to.
  enum Finding {
    case comparison(Comparison, isShortened: Bool)
    case kink(Kink)

    /// The relative error; 0 at a kink.
    var error: Double {
      if case .comparison(let comparison, _) = self { comparison.error } else { 0 }
    }

    /// The difference of the two values; 0 at a kink.
    var gap: Double {
      guard case .comparison(let comparison, _) = self else { return 0 }
      let gap = abs(comparison.analytic - comparison.numeric)
      return gap.isNaN ? .infinity : gap
    }
  }
}
