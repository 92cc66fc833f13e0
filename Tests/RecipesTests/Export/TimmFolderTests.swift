import Foundation
import Testing

@testable import Recipes

/// Folders for timm; `Scripts/check_timm.py` loads one in timm.
struct TimmFolderTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private let notes = """
    {"averagesFlips":true,"channels":3,"classes":["a","b\\"c"],"preparation":{"shorterSide":64,"version":1},"size":32}
    """

  /// Writes the classifier of a run, with formula weights.
  private func classifier(_ encoder: some ImageEncoder) throws -> (file: URL, tensors: [NamedTensor]) {
    let (graph, _) = graph(
      of: LayerSequence([encoder, ClassificationHead(classes: 2)]), on: [1, 32, 32, 3], mode: .inference)
    let tensors = graph.variables.map(FormulaTensors.weight)
    let file = scratch.url.appending(path: "classifier.safetensors")
    try SafeTensors.write(
      tensors, metadata: Normalization.imagenet.metadata.merging(["loupe.classifier": notes]) { $1 },
      isSealed: true, to: file)
    return (file, tensors)
  }

  private func config(in folder: URL) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: "config.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func holdsTheTensorsAndTheirDescription() throws {
    let (file, tensors) = try classifier(ResNet(.resNet18))
    let folder = scratch.url.appending(path: "timm")
    try TimmFolder(ResNet(.resNet18), weights: file).write(to: folder)
    let stored = try SafeTensors.read(folder.appending(path: "model.safetensors"))
    #expect(stored.names == tensors.map(\.name).sorted())
    for tensor in tensors { #expect(try stored.tensor(named: tensor.name) == tensor) }
    let config = try config(in: folder)
    #expect(config["architecture"] as? String == "resnet18")
    #expect(config["num_classes"] as? Int == 2 && config["num_features"] as? Int == 512)
    #expect(config["label_names"] as? [String] == ["a", "b\"c"])
    let images = try #require(config["pretrained_cfg"] as? [String: Any])
    #expect(images["input_size"] as? [Int] == [3, 32, 32])
    #expect(images["mean"] as? [Double] == [0.485, 0.456, 0.406])
    #expect(images["std"] as? [Double] == [0.229, 0.224, 0.225])
    #expect(images["crop_pct"] as? Double == 0.875 && images["classifier"] as? String == "fc")
    let card = try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
    for part in ["library_name: timm", "`resnet18`", "[N, 3, 32, 32]", "logits of 2 classes", "64 pixels"] {
      #expect(card.contains(part), "\(part)")
    }
  }

  /// timm's name of the head differs, and the constructor is told what the weights are for.
  @Test func aTransformerHasTimmsNames() throws {
    let network = VisionTransformer(.tiny, patch: 8, imageSize: 40, registers: 2, layerScale: 1e-5)
    let (file, tensors) = try classifier(network)
    let folder = scratch.url.appending(path: "timm")
    try TimmFolder(network, weights: file).write(to: folder)
    let stored = try SafeTensors.read(folder.appending(path: "model.safetensors"))
    for tensor in tensors {
      let name = tensor.name.hasPrefix("fc.") ? "head." + tensor.name.dropFirst(3) : tensor.name
      let found = try stored.tensor(named: name)
      #expect(found.shape == tensor.shape && found.values == tensor.values, "\(name)")
    }
    #expect(stored.names.count == tensors.count && stored.names.contains("head.weight"))
    let config = try config(in: folder)
    #expect(config["architecture"] as? String == "vit_tiny_patch16_224")
    #expect(config["global_pool"] as? String == "token" && config["num_features"] as? Int == 192)
    let arguments = try #require(config["model_args"] as? [String: Any])
    #expect(
      arguments as NSDictionary == [
        "in_chans": 3, "img_size": 40, "patch_size": 8, "dynamic_img_size": true, "reg_tokens": 2,
        "no_embed_class": true, "init_values": 1e-5,
      ])
    let images = try #require(config["pretrained_cfg"] as? [String: Any])
    #expect(images["classifier"] as? String == "head")
    #expect(images["first_conv"] as? String == "patch_embed.proj")
    #expect(images["input_size"] as? [Int] == [3, 32, 32])
  }

  /// timm normalizes the mean unless it is told that tokens are.
  @Test func aMeanIsOfNormalizedTokens() throws {
    let model = try #require(VisionTransformer(.tiny, pooling: .mean).timm)
    #expect(model.pool == "avg" && model.arguments["fc_norm"] == .flag(false))
    // timm's transformers read it from the constructor's arguments alone.
    #expect(model.arguments["global_pool"] == .text("avg"))
    #expect(VisionTransformer(.tiny).timm?.arguments["fc_norm"] == nil)
  }

  /// timm has gated perceptrons in DINOv2's largest network alone, whose defaults are those of its weights.
  @Test func gatedPerceptronsAreThoseOfOneNetwork() throws {
    let model = try #require(VisionTransformer(.giant, patch: 14, imageSize: 224).timm)
    #expect(model.name == "vit_giant_patch14_dinov2")
    #expect(model.arguments["init_values"] == .null && model.arguments["img_size"] == .count(224))
    let scaled = VisionTransformer(.giant, patch: 14, imageSize: 518, layerScale: 1e-5).timm
    #expect(scaled?.arguments["init_values"] == .number(1e-5))
    let small = VisionTransformer.Architecture.custom(
      channels: 384, depth: 12, heads: 6, perceptron: .swiGLU(ratio: 8.0 / 3))
    #expect(VisionTransformer(small).timm == nil)
    let text = String(decoding: try JSONEncoder().encode(["x": TimmModel.Argument.null]), as: UTF8.self)
    #expect(text == "{\"x\":null}")
  }

  @Test(
    arguments: [
      (ConvNeXt(.tiny), "convnext_tiny", "head.fc", "stem.0"),
      (EfficientNet(.b0), "efficientnet_b0", "classifier", "conv_stem"),
    ] as [(any ImageEncoder, String, String, String)])
  func theHeadHasTimmsName(
    network: any ImageEncoder, name: String, head: String, first: String
  ) throws {
    let (file, tensors) = try classifier(network)
    let folder = scratch.url.appending(path: "timm")
    try TimmFolder(network, weights: file).write(to: folder)
    let names = Set(try SafeTensors.read(folder.appending(path: "model.safetensors")).names)
    #expect(names.count == tensors.count && names.contains("\(head).weight"))
    #expect(names.contains("\(first).weight") && !names.contains("fc.weight"))
    let config = try config(in: folder)
    #expect(config["architecture"] as? String == name && config["global_pool"] as? String == "avg")
    let images = try #require(config["pretrained_cfg"] as? [String: Any])
    #expect(images["classifier"] as? String == head && images["first_conv"] as? String == first)
  }

  @Test func anEncoderAloneHasNoHead() throws {
    let (file, tensors) = try classifier(ResNet(.resNet50))
    let folder = scratch.url.appending(path: "timm")
    try TimmFolder(ResNet(.resNet50), weights: file, isEncoderAlone: true).write(to: folder)
    let names = try SafeTensors.read(folder.appending(path: "model.safetensors")).names
    #expect(names == tensors.map(\.name).filter { !$0.hasPrefix("fc.") }.sorted())
    let config = try config(in: folder)
    #expect(config["num_classes"] as? Int == 0 && config["label_names"] as? [String] == [])
    #expect(config["num_features"] as? Int == 2048)
  }

  @Test(arguments: [
    ResNet(.resNet18, stem: .small), ResNet(.resNet50, width: 2), ResNet(.tiny),
    ResNet(.custom(blocks: [2, 2, 2], bottleneck: false)),
  ])
  func othersAreRefused(_ encoder: ResNet) throws {
    let (file, _) = try classifier(encoder)
    #expect(throws: ExportError.notInTimm) { try TimmFolder(encoder, weights: file) }
  }

  @Test func aTransformerOfAnotherSizeIsRefused() throws {
    let network = VisionTransformer(.custom(channels: 24, depth: 1, heads: 3), patch: 8, imageSize: 32)
    let (file, _) = try classifier(network)
    #expect(throws: ExportError.notInTimm) { try TimmFolder(network, weights: file) }
  }

  @Test func theFileOfAnotherEncoderIsRefused() throws {
    let (file, _) = try classifier(ResNet(.resNet18))
    #expect(throws: RunError.self) { try TimmFolder(ResNet(.resNet34), weights: file) }
  }
}
