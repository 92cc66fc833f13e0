import Foundation
import Recipes

/// The benchmark's settings: `--model resnet18 --stem imagenet --width 1 --size 64 --pairs 32 --optimizer sgd
/// --precision single --steps 5 --threads 2 --chunks 1`, of which ranks share the chunks under `mpirun`;
/// `--model vit-small --patch 16`; `--modelled 2`; `--pipeline FOLDER --images 2048 --cache FOLDER` with the
/// same settings of the network, or `--operations --baseline FILE`.
struct Arguments {
  /// An encoder by its name.
  struct Model: Sendable {
    /// The kind of settings that it has.
    enum Kind { case resNet, transformer, other }

    let kind: Kind
    let encoder: @Sendable (Arguments) -> any ImageEncoder

    static func resNet(_ architecture: ResNet.Architecture) -> Model {
      Model(kind: .resNet) {
        ResNet(architecture, stem: $0.stem, width: $0.width, checkpointed: $0.checkpointed)
      }
    }

    static func transformer(_ architecture: VisionTransformer.Architecture) -> Model {
      Model(kind: .transformer) {
        VisionTransformer(architecture, patch: $0.patch ?? 16, imageSize: $0.size)
      }
    }

    static func other(_ encoder: any ImageEncoder) -> Model { Model(kind: .other) { _ in encoder } }
  }

  var model = "resnet18"
  private var chosen = Model.resNet(.resNet18)
  /// The side of a vision transformer's patches in pixels.
  var patch: Int?
  var stem = ResNet.Stem.imagenet
  /// The width factor on all channels.
  var width = 1
  var size = 64
  var pairs = 32
  var steps = 5
  var threads: Int?
  /// The number of chunks of the batch; as many as there are ranks if nil.
  var chunks: Int?
  /// The number of ranks for which the step's time is modelled as well, and the gigabits per second between
  /// them; nil if they are on this machine.
  var modelled: Int?
  var gigabits: Int?
  var lars = false
  var precision = Precision.single
  var showsCalls = false
  var checkpointed = false
  /// Whether the ranks, with one chunk each, exchange the moments of batch normalization.
  var synchronized = false
  var operations = false
  var baseline: String?
  var record: String?
  /// The folder of images to train on, or `generated`.
  var pipeline: String?
  var images = 2048
  /// The folder of cached images.
  var cache: String?

  init(_ arguments: some Sequence<String>) throws {
    var rest = Array(arguments)[...]
    while let flag = rest.popFirst() {
      switch flag {
      case "--calls": showsCalls = true; continue
      case "--checkpointed": checkpointed = true; continue
      case "--synchronized": synchronized = true; continue
      case "--operations": operations = true; continue
      default: break
      }
      guard let value = rest.popFirst() else { Arguments.exit("\(flag) needs a value.") }
      switch flag {
      case "--model": (model, chosen) = (value, Arguments.choice(flag, value, Arguments.models))
      case "--stem": stem = Arguments.choice(flag, value, ["imagenet": .imagenet, "small": .small])
      case "--optimizer": lars = Arguments.choice(flag, value, ["sgd": false, "lars": true])
      case "--precision":
        precision = Arguments.choice(flag, value, ["single": .single, "mixed": .mixed])
      case "--patch": patch = Arguments.positive(flag, value)
      case "--width": width = Arguments.positive(flag, value)
      case "--size": size = Arguments.positive(flag, value)
      case "--pairs": pairs = Arguments.positive(flag, value)
      case "--steps": steps = Arguments.positive(flag, value)
      case "--chunks": chunks = Arguments.positive(flag, value)
      case "--modelled": modelled = Arguments.positive(flag, value)
      case "--network-gbps": gigabits = Arguments.positive(flag, value)
      case "--threads": threads = Arguments.positive(flag, value)
      case "--baseline": baseline = value
      case "--record": record = value
      case "--pipeline": pipeline = value
      case "--cache": cache = value
      case "--images": images = Arguments.positive(flag, value)
      default:
        Arguments.exit(
          "\(flag) is no flag; there are --model, --stem, --patch, --width, --size, --pairs, --optimizer, --steps, "
            + "--threads, --chunks, --modelled, --network-gbps, --checkpointed, --synchronized, --calls, --pipeline, --images, --cache, --operations, --baseline, --record."
        )
      }
    }
    if chosen.kind != .transformer, patch != nil {
      Arguments.exit("--patch goes with a vision transformer.")
    }
    if chosen.kind != .resNet, stem != .imagenet || width != 1 || checkpointed || synchronized {
      Arguments.exit("--stem, --width, --checkpointed and --synchronized go with a ResNet.")
    }
    if modelled == nil, gigabits != nil { Arguments.exit("--network-gbps goes with --modelled.") }
    if pipeline == nil, cache != nil { Arguments.exit("--cache goes with --pipeline.") }
    if !operations, let flag = baseline.map({ _ in "--baseline" }) ?? record.map({ _ in "--record" }) {
      Arguments.exit("\(flag) goes with --operations.")
    }
  }

  private static let models: [String: Model] = [
    "resnet18": .resNet(.resNet18), "resnet34": .resNet(.resNet34), "resnet50": .resNet(.resNet50),
    "resnet101": .resNet(.resNet101), "resnet152": .resNet(.resNet152),
    "wide_resnet50_2": .resNet(.wideResNet50), "wide_resnet101_2": .resNet(.wideResNet101),
    "tiny": .resNet(.tiny), "vit-tiny": .transformer(.tiny), "vit-small": .transformer(.small),
    "vit-base": .transformer(.base), "convnext-tiny": .other(ConvNeXt(.tiny)),
    "efficientnet-b0": .other(EfficientNet(.b0)),
  ]

  /// The encoder and the number of its features.
  var encoder: (layers: any Layer, features: Int) {
    let network = chosen.encoder(self)
    return (synchronized ? network.synchronized() : network, network.features)
  }

  private static func choice<Value>(_ flag: String, _ text: String, _ choices: [String: Value]) -> Value {
    guard let value = choices[text] else {
      exit("\(flag) is one of \(choices.keys.sorted().joined(separator: ", ")), not \(text).")
    }
    return value
  }

  private static func positive(_ flag: String, _ text: String) -> Int {
    guard let value = Int(text), value > 0 else { exit("\(flag) is a positive number, not \(text).") }
    return value
  }

  static func exit(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    Foundation.exit(64)
  }
}
