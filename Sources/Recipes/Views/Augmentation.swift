import Ops

/// One random change to an image, a step of the recipe that draws a view.
///
/// An augmentation is a value: its settings are its stored properties, and its randomness comes from the
/// generator alone, so a view is a function of the generator's key and of nothing else.
public protocol Augmentation: Checkable, Hashable {
  /// One line that names the augmentation and every setting, such as `GaussianBlur(sigma: 0.1...2.0)`.
  ///
  /// A stage that was trained with other settings, its stored properties, is trained again; this text is for
  /// people.
  var summary: String { get }

  /// The changed image, `[H, W, C]` in [0, 1] like `image`.
  ///
  /// - Parameters:
  ///   - image: the image so far, `[H, W, C]`.
  ///   - size: the side, in pixels, of the view that is being drawn. Crops return `[size, size, C]`;
  ///     everything else keeps the shape of `image`.
  ///   - generator: the only source of random numbers.
  func apply(to image: consuming Image, size: Int, using generator: inout CounterGenerator) -> Image
}

/// Collects augmentations, in the order in which they are applied.
@resultBuilder
public enum AugmentationBuilder {
  /// One augmentation as a list of one.
  public static func buildExpression(_ augmentation: any Augmentation) -> [any Augmentation] {
    [augmentation]
  }

  /// The statements of a block, one after the other.
  public static func buildBlock(_ parts: [any Augmentation]...) -> [any Augmentation] { parts.flatMap { $0 } }

  /// An `if` without an `else`.
  public static func buildOptional(_ part: [any Augmentation]?) -> [any Augmentation] { part ?? [] }

  /// The first branch of an `if`.
  public static func buildEither(first part: [any Augmentation]) -> [any Augmentation] { part }

  /// The other branch of an `if`.
  public static func buildEither(second part: [any Augmentation]) -> [any Augmentation] { part }

  /// The rounds of a `for`.
  public static func buildArray(_ parts: [[any Augmentation]]) -> [any Augmentation] { parts.flatMap { $0 } }
}
