import Foundation
import Recipes

/// The benchmark's settings, a flag each.
struct Arguments {
  /// An encoder by its name.
  struct Model: Sendable {
    /// The kind of settings that it has.
    enum Kind { case resNet, transformer, other }

    let name: String
    let kind: Kind
    let encoder: @Sendable (Arguments) -> any ImageEncoder

    static func resNet(_ name: String, _ architecture: ResNet.Architecture) -> Model {
      Model(name: name, kind: .resNet) {
        ResNet(architecture, stem: $0.stem, width: $0.width, checkpointed: $0.checkpointed)
      }
    }

    static func transformer(_ name: String, _ architecture: VisionTransformer.Architecture) -> Model {
      Model(name: name, kind: .transformer) {
        VisionTransformer(architecture, patch: $0.patch ?? 16, imageSize: $0.size)
      }
    }

    static func other(_ name: String, _ encoder: any ImageEncoder) -> Model {
      Model(name: name, kind: .other) { _ in encoder }
    }
  }

  private static let models: [Model] = [
    .resNet("resnet18", .resNet18), .resNet("resnet34", .resNet34), .resNet("resnet50", .resNet50),
    .resNet("resnet101", .resNet101), .resNet("resnet152", .resNet152),
    .resNet("wide_resnet50_2", .wideResNet50), .resNet("wide_resnet101_2", .wideResNet101),
    .resNet("tiny", .tiny), .transformer("vit-tiny", .tiny), .transformer("vit-small", .small),
    .transformer("vit-base", .base), .other("convnext-tiny", ConvNeXt(.tiny)),
    .other("efficientnet-b0", EfficientNet(.b0)),
  ]

  var model = models[0]
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
  var showsMemory = false
  var checkpointed = false
  /// Whether the ranks, with one chunk each, exchange the moments of batch normalization.
  var synchronized = false
  var operations = false
  var named: String?
  var baseline: String?
  var record: String?
  /// The folder of images to train on, or `generated`.
  var pipeline: String?
  var images = 2048
  /// The folder of cached images.
  var cache: String?

  private static let flags: [Flag] = [
    .choice("--model", "the encoder", Dictionary(uniqueKeysWithValues: models.map { ($0.name, $0) })) {
      $0.model = $1
    },
    .choice("--stem", "of a ResNet", ["imagenet": ResNet.Stem.imagenet, "small": .small]) { $0.stem = $1 },
    .number("--width", "of a ResNet: the factor on all channels") { $0.width = $1 },
    .on("--checkpointed", "of a ResNet: recomputes activations of blocks") { $0.checkpointed = true },
    .on("--synchronized", "of a ResNet: ranks exchange moments of batch normalization") {
      $0.synchronized = true
    },
    .number("--patch", "of a vision transformer: the side of a patch in pixels") { $0.patch = $1 },
    .number("--size", "the side of an image in pixels") { $0.size = $1 },
    .number("--pairs", "the pairs of views of a batch") { $0.pairs = $1 },
    .choice("--optimizer", "the optimizer", ["sgd": false, "lars": true]) { $0.lars = $1 },
    .choice("--precision", "the precision", ["single": Precision.single, "mixed": .mixed]) {
      $0.precision = $1
    },
    .number("--steps", "the steps timed, after one of warmup") { $0.steps = $1 },
    .number("--threads", "the threads; one per processor if not given") { $0.threads = $1 },
    .on("--calls", "lists the calls of a step with their times") { $0.showsCalls = true },
    .on("--memory", "lists the tensors in memory when they take the most bytes") { $0.showsMemory = true },
    .number("--chunks", "the chunks of a batch, which ranks share under mpirun") { $0.chunks = $1 },
    .number("--modelled", "models the time of a step on N ranks as well") { $0.modelled = $1 },
    .number("--network-gbps", "with --modelled: Gbit/s between machines of a rank each") {
      $0.gigabits = $1
    },
    .text("--pipeline", "FOLDER", "trains on the images of a folder, or generated ones") {
      $0.pipeline = $1
    },
    .number("--images", "with --pipeline: the number of images") { $0.images = $1 },
    .text("--cache", "FOLDER", "with --pipeline: caches decoded images") { $0.cache = $1 },
    .on("--operations", "times operations one by one") { $0.operations = true },
    .text("--named", "TEXT", "with --operations: only those whose names contain it") { $0.named = $1 },
    .text("--baseline", "FILE", "with --operations: the ratios to compare with") { $0.baseline = $1 },
    .text("--record", "FILE", "with --operations: where to write the ratios") { $0.record = $1 },
    .on("--help", "prints this") { _ in
      print((["The flags of StepBenchmark:"] + flags.map(\.line)).joined(separator: "\n"))
      Foundation.exit(0)
    },
  ]

  init(_ arguments: some Sequence<String>) {
    var rest = Array(arguments)[...]
    while let name = rest.popFirst() {
      guard let flag = Arguments.flags.first(where: { $0.name == name }) else {
        Arguments.exit("\(name) is no flag; --help lists them.")
      }
      guard let value = flag.value == nil ? "" : rest.popFirst() else {
        Arguments.exit("\(name) needs a value.")
      }
      flag.set(&self, value)
    }
    if model.kind != .transformer, patch != nil {
      Arguments.exit("--patch goes with a vision transformer.")
    }
    if model.kind != .resNet, stem != .imagenet || width != 1 || checkpointed || synchronized {
      Arguments.exit("--stem, --width, --checkpointed and --synchronized go with a ResNet.")
    }
    if modelled == nil, gigabits != nil { Arguments.exit("--network-gbps goes with --modelled.") }
    if pipeline == nil, cache != nil { Arguments.exit("--cache goes with --pipeline.") }
    let ofOperations = [("--named", named), ("--baseline", baseline), ("--record", record)]
    if !operations, let (flag, _) = ofOperations.first(where: { $0.1 != nil }) {
      Arguments.exit("\(flag) goes with --operations.")
    }
    if named != nil, record != nil { Arguments.exit("--record is of all operations, not of those --named.") }
  }

  /// The encoder and the number of its features.
  var encoder: (layers: any Layer, features: Int) {
    let network = model.encoder(self)
    return (synchronized ? network.synchronized() : network, network.features)
  }

  static func warn(_ message: String) { FileHandle.standardError.write(Data((message + "\n").utf8)) }

  static func exit(_ message: String) -> Never {
    warn(message)
    Foundation.exit(64)
  }
}
