import Ops

/// An audit of a dataset by the features of an encoder that was trained on it without labels:
/// near-duplicates, photographs that do not belong, and likely wrong labels (Gröger et al. 2024, "Intrinsic
/// Self-Supervision for Data Quality Audits", SelfClean).
///
/// As a line of a stage it audits all photographs of the run by the stage's encoder, once it is trained:
///
///     let simclr = SimCLR(encoder, epochs: 40).audited()
///
/// Like ``Evaluate``, it does not affect training. On its own it ranks by any features:
///
///     let findings = try Audit().findings(in: features, of: photographs)
///
/// Scores are between 0 and 1, and the lowest are the most suspicious. The cosine distance of two photographs
/// is `(1 - cos) / 2` of their features: 0 for equal directions, 1 for opposite ones.
public struct Audit: StageComponent {
  /// The share of photographs that may have a fault, as a guess: the quantile of the scores at which the
  /// distribution of the faultless ones is measured (the paper's α).
  public let contamination: Double
  /// The probability with which a faultless photograph may be below the automatic threshold (the paper's q).
  public let significance: Double
  /// The number of near-duplicate pairs to list within patients, of different patients in a split, and across
  /// splits. All pairs below the automatic threshold are listed, if there are more.
  public let pairs: Int
  /// Whether to average the features of a photograph and its three mirror images, for photographs without an
  /// upright orientation.
  public let averagesFlips: Bool

  /// Creates an audit; the defaults for `contamination` and `significance` are the authors'.
  ///
  /// - Parameters:
  ///   - contamination: The share of photographs that may have a fault, as a guess: the quantile of the
  ///     scores at which the distribution of the faultless ones is measured (the paper's α).
  ///   - significance: The probability with which a faultless photograph may be below the automatic threshold
  ///     (the paper's q).
  ///   - pairs: The number of near-duplicate pairs to list within patients, of different patients in a split,
  ///     and across splits. All pairs below the automatic threshold are listed, if there are more.
  ///   - averagesFlips: Whether to average the features of a photograph and its three mirror images, for
  ///     photographs without an upright orientation.
  public init(
    contamination: Double = 0.01, significance: Double = 0.05, listing pairs: Int = 1000,
    averagingFlips averagesFlips: Bool = true
  ) {
    self.contamination = contamination
    self.significance = significance
    self.pairs = pairs
    self.averagesFlips = averagesFlips
  }

  public var summary: String {
    "Audit(contamination: \(contamination), significance: \(significance), listing: \(pairs), "
      + "averagingFlips: \(averagesFlips))"
  }

  public var problems: [SettingProblem] {
    Check.number("contamination", contamination, above: 0, below: 0.5)
    Check.number("significance", significance, above: 0, below: 1)
    Check.count("listing", pairs)
  }
}

extension StageRecipe {
  /// Returns the stage with an audit of all photographs by its encoder.
  ///
  /// - Parameters:
  ///   - audit: The settings of the audit.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public func audited(
    _ audit: Audit = Audit(), file: StaticString = #fileID, line: Int = #line
  ) -> Stage {
    let location = stage.location ?? SourceLocation(file: file, line: line)
    return Stage(
      stage.name, reading: stage.input, after: stage.predecessor, repetition: stage.repetition, at: location,
      lines: stage.lines + [StageLine(audit, at: location)])
  }
}
