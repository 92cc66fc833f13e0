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
  private func classifier(_ encoder: ResNet) throws -> (file: URL, tensors: [NamedTensor]) {
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

  @Test func theFileOfAnotherEncoderIsRefused() throws {
    let (file, _) = try classifier(ResNet(.resNet18))
    #expect(throws: RunError.self) { try TimmFolder(ResNet(.resNet34), weights: file) }
  }
}
