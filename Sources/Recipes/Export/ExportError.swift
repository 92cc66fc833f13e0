/// The reason that a network cannot be exported.
public enum ExportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An operation has no translation.
  case untranslatable(operation: String, layer: String)
  /// A result for an image depends on the other images of its batch, or on their number.
  case mixesImages(operation: String, layer: String)
  /// timm has no such network.
  case notInTimm
  /// The weights are larger than an ONNX file may be, in bytes.
  case tooLarge(bytes: Int, most: Int)

  /// A sentence: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .untranslatable(let operation, let layer):
      "\(ExportError.place(layer)) computes \(operation), which has no translation to ONNX; compose it of "
        + "operations of this package."
    case .mixesImages(let operation, let layer):
      "\(ExportError.place(layer)) computes \(operation) over the images of a batch, and an exported network "
        + "takes each image by itself; compute it for each image."
    case .notInTimm:
      "timm has no such network: it has ResNets of 18, 34, 50, 101 and 152 layers and wide ones of 50 and 101, with the "
        + "stem of ImageNet and width 1, vision transformers and ConvNeXts of the sizes tiny, small, base and large (of "
        + "ConvNeXts with LayerScale), and EfficientNets b0 to b4; export this one to an ONNX file."
    case .tooLarge(let bytes, let most):
      "The network has \(SystemMemory.text(bytes)) of weights, and an ONNX file has at most "
        + "\(SystemMemory.text(most)); export a narrower network."
    }
  }

  private static func place(_ layer: String) -> String {
    layer.isEmpty ? "The network" : "The layer \(layer.printable)"
  }
}
