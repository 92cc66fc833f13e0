/// The channel normalization that a network expects of its images, with values in [0, 1]:
/// `(x - mean) / deviation`.
///
/// It is stored in weight files, as the metadata `loupe.mean` and `loupe.std`: comma-separated numbers.
public struct Normalization: Hashable, Checkable {
  /// The mean of each channel, or one for all.
  public let mean: [Double]
  /// The standard deviation of each channel, or one for all.
  public let deviation: [Double]

  /// Creates a normalization from a mean and a deviation for each channel, or one of both for all.
  ///
  /// - Parameters:
  ///   - mean: The mean of each channel, or one for all.
  ///   - deviation: The standard deviation of each channel, or one for all.
  public init(mean: [Double], deviation: [Double]) {
    self.mean = mean
    self.deviation = deviation
  }

  /// The normalization of torchvision's weights: the moments of ImageNet's photographs.
  public static let imagenet = Normalization(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
  /// No normalization.
  public static let identity = Normalization(mean: [0], deviation: [1])

  public var problems: [SettingProblem] {
    Check.that(!mean.isEmpty, "mean", mean, mustBe: "a number for each channel, or one for all")
    for number in mean { Check.number("mean", number) }
    Check.that(deviation.count == mean.count, "deviation", deviation, mustBe: "as many numbers as the mean")
    for number in deviation { Check.number("deviation", number, above: 0) }
  }
}

extension Normalization {
  private static let keys = (mean: "loupe.mean", deviation: "loupe.std")

  /// Reads the normalization in a weight file's metadata; nil if it is absent or malformed.
  init?(_ metadata: [String: String]) {
    func numbers(_ key: String) -> [Double] {
      let parts = (metadata[key] ?? "").split(separator: ",", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { Double($0.filter { $0 != " " }) }
      return numbers.count == parts.count ? numbers : []
    }
    let (mean, deviation) = (numbers(Normalization.keys.mean), numbers(Normalization.keys.deviation))
    self.init(mean: mean, deviation: deviation)
    if !problems.isEmpty { return nil }
  }

  /// The metadata to write.
  var metadata: [String: String] {
    func text(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }
    return [Normalization.keys.mean: text(mean), Normalization.keys.deviation: text(deviation)]
  }
}

extension Normalization {
  /// Returns the layers before a network on the images of a weight file: its normalization, or none.
  static func layers(statedIn metadata: [String: String]) -> [any Layer] {
    let normalization = Normalization(metadata) ?? .identity
    return normalization == .identity ? [] : [Normalize(normalization)]
  }

  /// The normalization in words, to follow "images are".
  var words: String {
    if self == .identity { return "left in 0 to 1" }
    func text(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: ", ") }
    return "normalized by the mean \(text(mean)) and the deviation \(text(deviation))"
  }
}

extension GraphBuilder {
  /// The normalization at the model's input.
  var inputNormalization: Normalization {
    annotations.lazy.compactMap { $0 as? Normalization }.first ?? .identity
  }
}
