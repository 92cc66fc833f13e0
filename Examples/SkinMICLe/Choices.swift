import Recipes

/// The encoders that `--network` knows.
enum Network: String, CaseIterable, Codable {
  case tiny, small, resnet18, resnet34, resnet50, resnet101, resnet152

  /// The network, `width` times as wide.
  func encoder(width: Int) -> ResNet {
    switch self {
    case .tiny:
      ResNet(.custom(blocks: [1, 1, 1], bottleneck: false, channels: 8), stem: .small, width: width)
    case .small: ResNet(.custom(blocks: [1, 1, 1, 1], bottleneck: false, channels: 32), width: width)
    case .resnet18: ResNet(.resNet18, width: width)
    case .resnet34: ResNet(.resNet34, width: width)
    case .resnet50: ResNet(.resNet50, width: width)
    case .resnet101: ResNet(.resNet101, width: width)
    case .resnet152: ResNet(.resNet152, width: width)
    }
  }
}

/// The classifiers that `--branches` knows.
enum Branch: String, CaseIterable {
  case none, simclr
  /// The control: as many more steps of SimCLR as MICLe takes.
  case simclrLonger = "simclr-longer"
  case micle
  case micleAlone = "micle-alone"

  /// The paper's three branches, and the control.
  static let paper: [Branch] = [.none, .simclr, .simclrLonger, .micle]
}

/// What of a classifier is trained, as `--tune` knows it.
enum Tuning: String, CaseIterable {
  /// Encoder and head.
  case whole
  /// The head on an encoder that stays as it is.
  case head
  /// Nothing: there are no classifiers, and pretraining is all.
  case none
}

/// What pixels are normalized by, as `--normalization` knows it.
enum NormalizationName: String, CaseIterable {
  case imagenet, none

  var normalization: Normalization { self == .imagenet ? .imagenet : .identity }
}
