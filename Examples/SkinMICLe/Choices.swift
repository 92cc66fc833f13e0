import Recipes

/// The encoders that `--network` knows.
enum Network: String, CaseIterable {
  case tiny, small, resnet18

  var architecture: ResNet.Architecture {
    switch self {
    case .tiny: .custom(blocks: [1, 1, 1], bottleneck: false, channels: 8)
    case .small: .custom(blocks: [1, 1, 1, 1], bottleneck: false, channels: 32)
    case .resnet18: .resNet18
    }
  }

  var stem: ResNet.Stem { self == .tiny ? .small : .imagenet }
}

/// The classifiers that `--branches` knows.
enum Branch: String, CaseIterable {
  case none, simclr, micle
}
