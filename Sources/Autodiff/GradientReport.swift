/// What a gradient check found.
public struct GradientReport: Sendable, CustomStringConvertible {
  /// Where a derivative was taken: at one element of an input, or along a random direction of all of them.
  public struct Place: Hashable, Sendable, CustomStringConvertible {
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
    public let place: Place
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
    public let place: Place
    /// The slope below.
    public let left: Double
    /// The slope above.
    public let right: Double
  }

  /// What was checked.
  public let name: String
  /// The largest error allowed.
  public let tolerance: Double
  /// How many derivatives were compared.
  public internal(set) var compared = 0
  /// How many of them needed a shorter step, to stay on one side of a kink nearby.
  public internal(set) var shortened = 0
  /// The comparison with the largest error.
  public internal(set) var worst: Comparison?
  /// The places left out because the function has no derivative there.
  public internal(set) var kinks: [Kink] = []

  init(name: String, tolerance: Double) {
    self.name = name
    self.tolerance = tolerance
  }

  /// The largest relative error; infinite if nothing could be compared.
  public var worstError: Double { worst?.error ?? .infinity }

  /// Whether something was compared and every error is within the tolerance.
  public var passes: Bool { worstError <= tolerance }

  public var description: String {
    var sentences: [String] = []
    if let worst {
      let verdict =
        passes
        ? "\(compared) derivatives agree to \(Float(worst.error)), the worst"
        : "a derivative is wrong by \(Float(worst.error)) where \(Float(tolerance)) is allowed,"
      sentences.append(
        "\(verdict) \(worst.place): \(worst.analytic) by the tape, \(worst.numeric) by differences.")
    } else {
      sentences.append("nothing was compared.")
    }
    if !kinks.isEmpty {
      let places = kinks.prefix(8).map(\.place.description) + (kinks.count > 8 ? ["..."] : [])
      let count = kinks.count == 1 ? "1 kink was" : "\(kinks.count) kinks were"
      sentences.append("\(count) left out: \(places.joined(separator: ", ")).")
    }
    return "\(name): \(sentences.joined(separator: " "))"
  }

  mutating func add(_ comparison: Comparison) {
    compared += 1
    if comparison.error > worst?.error ?? -1 { worst = comparison }
  }
}

/// A gradient that has not the shape of what it is the gradient of.
public struct MisshapenGradient: Error, CustomStringConvertible {
  /// Which input it is for, and both shapes.
  public let description: String
}
