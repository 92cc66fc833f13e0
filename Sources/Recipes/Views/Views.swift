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
///
/// A size may be given as a share of the run's, so that the lines fit photographs of any size.
public struct Views: StageComponent {
  /// The number of views of one photograph.
  public let count: Int
  /// The side of the views in pixels; the run's, or a share of it, if nil.
  public let size: Int?
  /// The side of the views as a share of the run's; nil if they have a size of their own, or all of it.
  public let share: Double?
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
    share = nil
    self.augmentations = augmentations()
  }

  /// Creates `count` views of each photograph whose side is a share of the run's, in pixels, rounded to a
  /// multiple of what the encoder takes (``ImageEncoder/imageMultiple``), at least once.
  ///
  /// - Parameters:
  ///   - count: The number of views of one photograph.
  ///   - share: The side of the views as a share of the run's, above 0 and at most 1.
  ///   - augmentations: The augmentations in order of application.
  public init(
    _ count: Int, share: Double, @AugmentationBuilder _ augmentations: () -> [any Augmentation]
  ) {
    self.count = count
    size = nil
    self.share = share
    self.augmentations = augmentations()
  }

  public var problems: [SettingProblem] {
    Check.count("count", count)
    if let size { Check.count("size", size, atMost: PipelinePlan.largestSize) }
    if let share { Check.number("share", share, above: 0, atMost: 1) }
  }

  public var parts: [any Checkable] { augmentations }

  public static func == (a: Views, b: Views) -> Bool {
    a.count == b.count && a.size == b.size && a.share == b.share
      && areEqual(a.augmentations, b.augmentations)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for augmentation in augmentations { hasher.combine(augmentation) }
  }

  /// One line with every setting of every augmentation.
  public var summary: String {
    let own = size.map { ", size: \($0)" } ?? share.map { ", share: \($0)" } ?? ""
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

extension Views: StablyWritten {
  // As it was before there were shares, where there is none.
  func write(to text: inout StableText) {
    text.write("Views", [count, size as Any] + (share.map { [$0] } ?? []) + [augmentations])
  }
}
