import Recipes

/// The encoders of `--network`.
enum Network: String, CaseIterable, Codable {
  case tiny, small, resnet18, resnet34, resnet50, resnet101, resnet152
  case vitTiny = "vit-tiny"
  case vitSmall = "vit-small"
  case vitBase = "vit-base"
  case convNeXtTiny = "convnext-tiny"
  case convNeXtSmall = "convnext-small"
  case convNeXtBase = "convnext-base"
  case efficientNetB0 = "efficientnet-b0"
  case efficientNetB1 = "efficientnet-b1"
  case efficientNetB2 = "efficientnet-b2"
  case efficientNetB3 = "efficientnet-b3"
  case efficientNetB4 = "efficientnet-b4"

  /// A family of networks.
  enum Family { case resNet, transformer, convNeXt, efficientNet }

  /// The largest width factor of a ResNet.
  static let largestWidth = 8
  /// The side of a vision transformer's patches in pixels.
  static let usualPatch = 16

  var family: Family {
    switch self {
    case .tiny, .small, .resnet18, .resnet34, .resnet50, .resnet101, .resnet152: .resNet
    case .vitTiny, .vitSmall, .vitBase: .transformer
    case .convNeXtTiny, .convNeXtSmall, .convNeXtBase: .convNeXt
    case .efficientNetB0, .efficientNetB1, .efficientNetB2, .efficientNetB3, .efficientNetB4: .efficientNet
    }
  }

  /// Returns the network.
  ///
  /// - Parameters:
  ///   - width: The width factor of a ResNet.
  ///   - patch: The side of a vision transformer's patches in pixels.
  ///   - size: The side of the images that a vision transformer's positions are for, in pixels.
  func encoder(
    width: Int = 1, patch: Int = Network.usualPatch, size: Int = 14 * Network.usualPatch
  ) -> any ImageEncoder {
    func transformer(_ architecture: VisionTransformer.Architecture) -> VisionTransformer {
      VisionTransformer(architecture, patch: patch, imageSize: size)
    }
    return switch self {
    case .tiny:
      ResNet(.custom(blocks: [1, 1, 1], bottleneck: false, channels: 8), stem: .small, width: width)
    case .small: ResNet(.custom(blocks: [1, 1, 1, 1], bottleneck: false, channels: 32), width: width)
    case .resnet18: ResNet(.resNet18, width: width)
    case .resnet34: ResNet(.resNet34, width: width)
    case .resnet50: ResNet(.resNet50, width: width)
    case .resnet101: ResNet(.resNet101, width: width)
    case .resnet152: ResNet(.resNet152, width: width)
    case .vitTiny: transformer(.tiny)
    case .vitSmall: transformer(.small)
    case .vitBase: transformer(.base)
    case .convNeXtTiny: ConvNeXt(.tiny)
    case .convNeXtSmall: ConvNeXt(.small)
    case .convNeXtBase: ConvNeXt(.base)
    case .efficientNetB0: EfficientNet(.b0)
    case .efficientNetB1: EfficientNet(.b1)
    case .efficientNetB2: EfficientNet(.b2)
    case .efficientNetB3: EfficientNet(.b3)
    case .efficientNetB4: EfficientNet(.b4)
    }
  }
}

/// The classifiers of `--branches`.
enum Branch: String, CaseIterable {
  case none, simclr
  /// The control: as many additional steps of SimCLR as MICLe takes.
  case simclrLonger = "simclr-longer"
  case micle
  case micleAlone = "micle-alone"

  /// The paper's three branches, and the control.
  static let paper: [Branch] = [.none, .simclr, .simclrLonger, .micle]
}

/// The trained part of a classifier, by `--tune`.
enum Tuning: String, CaseIterable {
  /// Encoder and head.
  case whole
  /// The head, on a frozen encoder.
  case head
  /// The head, on features of the frozen encoder that are computed once for each photograph.
  case features
  /// Nothing: pretraining only, without classifiers.
  case none
}

/// The normalization of pixels, by `--normalization`.
enum NormalizationName: String, CaseIterable {
  case imagenet, none

  var normalization: Normalization { self == .imagenet ? .imagenet : .identity }
}
