import Ops

/// A random image transform, one step in drawing a view.
///
/// An augmentation is a value: its settings are stored properties, and its randomness comes only from the
/// generator, so a view is a pure function of the generator's key.
public protocol Augmentation: Checkable, Hashable {
  /// The augmentation and every setting in one line, such as `GaussianBlur(sigma: 0.1...2.0)`.
  ///
  /// A stage that was trained with other settings, its stored properties, is trained again; this text is for
  /// people.
  var summary: String { get }

  /// Returns the transformed image, `[H, W, C]` in [0, 1] like `image`.
  ///
  /// - Parameters:
  ///   - image: The image so far, `[H, W, C]`.
  ///   - size: The side of the view in pixels. Crops return `[size, size, C]`; other augmentations preserve
  ///     the shape of `image`.
  ///   - generator: The only source of random numbers.
  func apply(to image: consuming Image, size: Int, using generator: inout CounterGenerator) -> Image
}

/// A result builder for augmentations in the order of application.
@resultBuilder
public enum AugmentationBuilder {
  /// Wraps one augmentation in a list.
  ///
  /// - Parameter augmentation: The augmentation.
  public static func buildExpression(_ augmentation: any Augmentation) -> [any Augmentation] {
    [augmentation]
  }

  /// Concatenates the statements of a block.
  ///
  /// - Parameter parts: The augmentations of each statement.
  public static func buildBlock(_ parts: [any Augmentation]...) -> [any Augmentation] { parts.flatMap { $0 } }

  /// Supports `if` without `else`.
  ///
  /// - Parameter part: The augmentations of the branch.
  public static func buildOptional(_ part: [any Augmentation]?) -> [any Augmentation] { part ?? [] }

  /// Supports the first branch of an `if`.
  ///
  /// - Parameter part: The augmentations of the branch.
  public static func buildEither(first part: [any Augmentation]) -> [any Augmentation] { part }

  /// Supports the other branch of an `if`.
  ///
  /// - Parameter part: The augmentations of the branch.
  public static func buildEither(second part: [any Augmentation]) -> [any Augmentation] { part }

  /// Supports `for`.
  ///
  /// - Parameter parts: The augmentations of each iteration.
  public static func buildArray(_ parts: [[any Augmentation]]) -> [any Augmentation] { parts.flatMap { $0 } }
}
