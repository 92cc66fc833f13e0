/// A network from images `[N, H, W, C]` to features `[N, features]`, such as ``ResNet`` and
/// ``VisionTransformer``, with what weight files and other libraries know about it.
///
///     let encoder = VisionTransformer(.small).fitted(to: "dinov2.safetensors")
public protocol ImageEncoder: Layer {
  /// The number of features.
  var features: Int { get }

  /// The number whose multiples the height and width of images are, in pixels; 1 by default.
  var imageMultiple: Int { get }

  /// The model of timm with the same parameters; nil, the default, if there is none.
  var timm: TimmModel? { get }

  /// Returns this network with the settings that the tensors of a weight file decide; by default, there are
  /// none.
  ///
  /// - Parameter outline: What the file holds.
  func fitted(to outline: WeightOutline) -> Self
}

extension [any Layer] {
  /// The multiple of the encoder among these layers, which may be within others, as where it starts from a
  /// weight file; 1 without any.
  var imageMultiple: Int {
    func multiples(_ value: any Checkable) -> [Int] {
      (value as? any ImageEncoder).map { [$0.imageMultiple] } ?? value.parts.flatMap(multiples)
    }
    return Swift.max(1, flatMap(multiples).first ?? 1)
  }
}

extension ImageEncoder {
  public var imageMultiple: Int { 1 }
  public var timm: TimmModel? { nil }
  public func fitted(to outline: WeightOutline) -> Self { self }

  /// Returns this network with the settings that a weight file decides: of a ``ResNet`` the padding of its
  /// max pool, of a ``VisionTransformer`` the patch, the image size, the registers, the perceptrons and the
  /// `LayerScale`, and the attention heads and the pooling if a run wrote the file.
  ///
  /// No tensor's values are read. A file that cannot be read decides nothing; `pretrained` reports it.
  ///
  /// - Parameters:
  ///   - weights: The path of the weight file, as ``Pretrained`` reads it.
  ///   - prefix: The prefix of the names in the file; by default any.
  public func fitted(to weights: String, prefix: PrefixMap? = nil) -> Self {
    guard let outline = try? WeightOutline(of: weights, prefix: prefix) else { return self }
    return fitted(to: outline)
  }
}
