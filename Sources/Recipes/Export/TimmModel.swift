/// A model of timm, a library of image models for PyTorch, that has the parameters of an ``ImageEncoder``.
public struct TimmModel: Hashable, Sendable {
  /// An argument of a model's constructor.
  public enum Argument: Hashable, Sendable {
    /// A whole number.
    case count(Int)
    /// A number.
    case number(Double)
    /// `True` or `False`.
    case flag(Bool)
    /// A name.
    case text(String)
    /// `None`.
    case null
  }

  /// The name for `timm.create_model`, such as `resnet50`.
  public let name: String
  /// The path of the linear layer to classes, such as `fc`.
  public let classifier: String
  /// The path of the first layer, such as `conv1`.
  public let firstLayer: String
  /// The pooling of features, `global_pool`: `avg` or `token`.
  public let pool: String
  /// Other arguments of the constructor than the numbers of channels and classes.
  public let arguments: [String: Argument]

  /// Describes a model.
  ///
  /// - Parameters:
  ///   - name: The name for `timm.create_model`.
  ///   - classifier: The path of the linear layer to classes.
  ///   - firstLayer: The path of the first layer.
  ///   - pool: The pooling of features.
  ///   - arguments: Other arguments of the constructor than the numbers of channels and classes.
  public init(
    _ name: String, classifier: String, firstLayer: String, pool: String = "avg",
    arguments: [String: Argument] = [:]
  ) {
    self.name = name
    self.classifier = classifier
    self.firstLayer = firstLayer
    self.pool = pool
    self.arguments = arguments
  }
}

extension TimmModel.Argument: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .count(let count): try container.encode(count)
    case .number(let number): try container.encode(number)
    case .flag(let flag): try container.encode(flag)
    case .text(let text): try container.encode(text)
    case .null: try container.encodeNil()
    }
  }
}
