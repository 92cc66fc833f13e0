/// What a network expects to be done to the channels of its images, which are 0 to 1:
/// `(x - mean) / deviation`.
///
/// It travels in weight files, as the metadata `loupe.mean` and `loupe.std`: numbers with commas between
/// them.
public struct Normalization: Hashable, Checkable {
  /// What is subtracted from each channel; a single number is for all of them.
  public let mean: [Double]
  /// What each channel is divided by then.
  public let deviation: [Double]

  /// A mean and a deviation for each channel, or one of both for all.
  public init(mean: [Double], deviation: [Double]) {
    self.mean = mean
    self.deviation = deviation
  }

  /// What torchvision's weights expect: the moments of ImageNet's photographs.
  public static let imagenet = Normalization(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
  /// Images as they are.
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

  /// What a weight file says of it; nil if that is nothing, or nothing that makes sense.
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

  /// What a weight file is to say of it.
  var metadata: [String: String] {
    func text(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }
    return [Normalization.keys.mean: text(mean), Normalization.keys.deviation: text(deviation)]
  }
}

extension GraphBuilder {
  /// What the model does to its images before anything else.
  var inputNormalization: Normalization {
    annotations.lazy.compactMap { $0 as? Normalization }.first ?? .identity
  }
}
