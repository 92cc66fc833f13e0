import Ops

/// The number of views of each photograph in a stage, and their augmentations.
///
///     Views(2) { RandomResizedCrop(area: 0.08...1); RandomFlip(); ColorJitter(strength: 1); GaussianBlur() }
///
/// A stage may have several such lines; its views are those of the first, then those of the second, and so
/// on. Lines may have different sizes, as for DINO's small crops:
///
///     Views(2, size: 224) { RandomResizedCrop(area: 0.4...1); RandomFlip() }
///     Views(6, size: 96) { RandomResizedCrop(area: 0.05...0.4); RandomFlip() }
public struct Views: StageComponent {
  /// The number of views of one photograph.
  public let count: Int
  /// The side of the views in pixels; the run's if nil.
  public let size: Int?
  /// The augmentations in order of application.
  public let augmentations: [any Augmentation]

  /// Creates `count` views of each photograph, drawn by the augmentations in the given order.
  ///
  /// - Parameters:
  ///   - count: The number of views of one photograph.
  ///   - size: The side of the views in pixels; the run's if nil.
  ///   - augmentations: The augmentations in order of application.
  public init(
    _ count: Int, size: Int? = nil, @AugmentationBuilder _ augmentations: () -> [any Augmentation]
  ) {
    self.count = count
    self.size = size
    self.augmentations = augmentations()
  }

  public var problems: [SettingProblem] {
    Check.count("count", count)
    if let size { Check.count("size", size, atMost: PipelinePlan.largestSize) }
  }

  public var parts: [any Checkable] { augmentations }

  public static func == (a: Views, b: Views) -> Bool {
    a.count == b.count && a.size == b.size && areEqual(a.augmentations, b.augmentations)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for augmentation in augmentations { hasher.combine(augmentation) }
  }

  /// One line with every setting of every augmentation.
  public var summary: String {
    let own = size.map { ", size: \($0)" } ?? ""
    return "Views(\(count)\(own)) { " + augmentations.map { $0.summary + "; " }.joined() + "}"
  }

  /// Returns one view of a photograph, `[size, size, C]`.
  ///
  /// The view is a pure function of the arguments: it does not depend on the thread or on views drawn before.
  /// If the augmentations result in another shape, because none of them is a crop, the center of the image is
  /// resized to `size`.
  ///
  /// - Parameters:
  ///   - image: The photograph, `[H, W, C]` in [0, 1].
  ///   - size: The side of the view in pixels.
  ///   - seed: The seed of the run.
  ///   - stage: The stage's key for random numbers, derived from its name.
  ///   - epoch: The epoch, starting at 0.
  ///   - sample: The photograph's index in its dataset.
  ///   - view: The view's number, starting at 0.
  public func draw(
    _ image: Image, size: Int, seed: UInt64, stage: Int, epoch: Int, sample: Int, view: Int
  ) -> Image {
    contract(
      augmentations.allSatisfy { $0.problems.isEmpty },
      "\(summary) has settings that do not work; validate() tells them.")
    var generator = CounterGenerator(seed: seed, stage, epoch, sample, view)
    var drawn = image
    for augmentation in augmentations {
      drawn = augmentation.apply(to: consume drawn, size: size, using: &generator)
    }
    if drawn.width == size && drawn.height == size { return drawn }
    return drawn.centerCropped(to: size, fraction: 1)
  }
}
