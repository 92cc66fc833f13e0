import Ops

/// How many views of each photograph a stage draws, and how.
///
///     Views(2) { RandomResizedCrop(area: 0.08...1); RandomFlip(); ColorJitter(strength: 1); GaussianBlur() }
///
/// A stage may have several such lines; its views are those of the first, then those of the second, and so
/// on. Lines may have sizes of their own, as for DINO's small crops:
///
///     Views(2, size: 224) { RandomResizedCrop(area: 0.4...1); RandomFlip() }
///     Views(6, size: 96) { RandomResizedCrop(area: 0.05...0.4); RandomFlip() }
public struct Views: StageComponent {
  /// The number of views of one photograph.
  public let count: Int
  /// The side of the views in pixels; that of the run if nil.
  public let size: Int?
  /// The steps that draw a view, first to last.
  public let augmentations: [any Augmentation]

  /// `count` views of each photograph, each drawn by the augmentations in the order given.
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

  /// One view of a photograph, `[size, size, C]`.
  ///
  /// The view is a pure function of the arguments: it does not depend on the thread that draws it, nor on the
  /// views drawn before. Where the augmentations leave another shape, because no crop is among them, the
  /// middle of the image is resized to `size`.
  ///
  /// - Parameters:
  ///   - image: the photograph, `[H, W, C]` in [0, 1].
  ///   - size: the side of the view in pixels.
  ///   - seed: the seed of the run.
  ///   - stage: the number of the stage in its pipeline.
  ///   - epoch: the epoch, from 0.
  ///   - sample: the photograph's index in its dataset.
  ///   - view: which of the views of the photograph, from 0.
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
