import Recipes

/// The encoders of `--network`.
enum Network: String, CaseIterable, Codable {
  case tiny, small, resnet18, resnet34, resnet50, resnet101, resnet152

  /// The largest width factor.
  static let largestWidth = 8

  /// Returns the network with a width factor, padded as a weight file states.
  func encoder(width: Int, for weights: String? = nil) -> ResNet {
    let encoder = encoder(width: width)
    return weights.map { encoder.padded(forWeights: $0) } ?? encoder
  }

  private func encoder(width: Int) -> ResNet {
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
  /// Nothing: pretraining only, without classifiers.
  case none
}

/// The normalization of pixels, by `--normalization`.
enum NormalizationName: String, CaseIterable {
  case imagenet, none

  var normalization: Normalization { self == .imagenet ? .imagenet : .identity }
}
