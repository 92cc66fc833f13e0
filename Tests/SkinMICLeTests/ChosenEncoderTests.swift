import Foundation
import Recipes
import TestSupport
import Testing

@testable import SkinMICLe

/// Networks by the command line, and runs of a vision transformer.
struct ChosenEncoderTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func run(_ arguments: [String]) throws -> Command.Outcome { try Command(arguments).outcome() }

  /// Writes the tensors by which a file decides: positions of 3 by 3 patches of 8 pixels.
  private func weights(metadata: [String: String] = [:]) throws -> String {
    let file = folder.url.appending(path: "vit.safetensors")
    let tensors = [("pos_embed", [1, 10, 192]), ("patch_embed.proj.weight", [192, 3, 8, 8])].map {
      NamedTensor("module." + $0.0, shape: $0.1, [Float](repeating: 0, count: $0.1.reduce(1, *)))
    }
    try SafeTensors.write(tensors, metadata: metadata, to: file)
    return file.path
  }

  private func transformer(_ words: [String]) throws -> VisionTransformer? {
    try Arguments(["--network", "vit-tiny"] + words).chosenEncoder() as? VisionTransformer
  }

  @Test func positionsAreForTheSize() throws {
    #expect(try transformer([]) == VisionTransformer(.tiny, imageSize: 48))
    #expect(
      try transformer(["--patch", "8", "--size", "40"]) == VisionTransformer(.tiny, patch: 8, imageSize: 40))
    #expect(try Arguments(["--network", "vit-base"]).chosenEncoder().features == 768)
    #expect(try Arguments(["--width", "2"]).chosenEncoder().features == 512)
  }

  @Test func featuresAreThoseOfTheClassTokenUnlessAsked() throws {
    #expect(try transformer([])?.pooling == .classToken)
    #expect(try transformer(["--pooling", "mean"])?.pooling == .mean)
    #expect(try Arguments(["--network", "vit-tiny"]).settings["pooling"] == "class-token")
    #expect(try Arguments([]).settings["pooling"] == nil)
  }

  /// Runs of versions that knew the class token alone have it; later ones stated the pooling in their file.
  @Test func anEarlierRunHasTheClassToken() throws {
    let file = folder.url.appending(path: "run.json")
    func pooling(_ text: String, _ weights: String = "none") throws -> VisionTransformer.Pooling? {
      try Data(text.utf8).write(to: file)
      return (try RunFile(in: folder.url).encoder(of: URL(filePath: weights)) as? VisionTransformer)?.pooling
    }
    #expect(try pooling(#"{"network":"vit-tiny","width":1,"branches":[]}"#) == .classToken)
    let mean = #"{"network":"vit-tiny","width":1,"pooling":"mean","branches":[]}"#
    #expect(try pooling(mean) == .mean)
    // Weights that state it count.
    #expect(try pooling(mean, weights(metadata: ["loupe.pooling": "class-token"])) == .classToken)
  }

  /// A file decides the pooling where it states it, unless asked otherwise.
  @Test func weightsOfARunDecideThePooling() throws {
    let file = try weights(metadata: ["loupe.pooling": "mean"])
    let words = ["--weights", file]
    #expect(try transformer(words)?.pooling == .mean)
    #expect(try transformer(words + ["--pooling", "class-token"])?.pooling == .classToken)
    #expect(try transformer(["--weights", weights(), "--pooling", "mean"])?.pooling == .mean)
    #expect(try Arguments(["--network", "vit-tiny"] + words).settings["pooling"] == nil)
  }

  @Test func weightsDecide() throws {
    let file = try weights()
    for prefix in [[], ["--prefix", "module."]] {
      let words = ["--weights", file] + prefix
      #expect(try transformer(words) == VisionTransformer(.tiny, patch: 8, imageSize: 24))
    }
    let words = ["--network", "vit-tiny", "--weights", file, "--patch", "16"]
    let refusal = try #require(throws: Arguments.Refusal.self) { try Arguments(words).chosenEncoder() }
    #expect(refusal.description == "--patch 16 is not that of \(file), 8; leave it out.")
    #expect(try transformer(["--weights", file, "--patch", "8"])?.imageSize == 24)
    #expect(try Arguments(["--network", "vit-tiny", "--weights", file]).settings["patch"] == nil)
  }

  @Test(arguments: [
    (["--size", "50"], "--size 50 is no multiple of 16, the pixels of a patch of vit-tiny; give 48 or 64."),
    (["--size", "8"], "--size 8 is no multiple of 16, the pixels of a patch of vit-tiny; give 16."),
    (
      ["--size", "48", "--patch", "14"],
      "--size 48 is no multiple of 14, the pixels of a patch of vit-tiny; give 42 or 56."
    ),
  ]) func imagesAreWholePatches(words: [String], sentence: String) throws {
    let refusal = try #require(throws: Arguments.Refusal.self) { try transformer(words) }
    #expect(refusal.description == sentence)
    // Before photographs are read.
    let outcome = try run(["describe", "--network", "vit-tiny", "--data", "nowhere.csv"] + words)
    #expect(outcome.code == 64 && outcome.errors == sentence + "\n")
  }

  @Test func transformersHaveTheirOptimizer() throws {
    let words = ["--patients", "130", "--labelled", "1", "--test", "1", "--size", "16", "--rate", "0.25"]
    let own = try RunSetup(Arguments(words + ["--network", "vit-tiny"])).recipe.settings
    #expect(own.simclr.learningRate == 0.25 && own.simclr.weightDecay == 0.1)
    #expect(own.classifier.weightDecay == 0.05 && own.micle.weightDecay == 0.1)
    let photographs = try Arguments(["--network", "vit-tiny", "--data", "d"]).recipe.settings
    #expect(photographs.simclr.learningRate == 5e-4 && photographs.micle.learningRate == 2.5e-4)
    #expect(photographs.search?.learningRates == [2.5e-5, 7.5e-5, 2.5e-4])
    let other = try RunSetup(Arguments(words + ["--network", "tiny"])).recipe.settings
    #expect(other.simclr.learningRate == 0.25 && other.simclr.weightDecay == 1e-4)
    let settings = try Arguments(["--network", "vit-tiny"]).settings
    #expect(settings["patch"] == "16" && settings["width"] == nil)
    #expect(try Arguments([]).settings["width"] == "1" && Arguments([]).settings["patch"] == nil)
  }

  @Test(arguments: Network.allCases) func everyNetworkHasFeaturesAndSettings(network: Network) throws {
    let arguments = try Arguments(["--network", network.rawValue])
    let encoder = try arguments.chosenEncoder()
    let graph = GraphBuilder(mode: .inference)
    let features = encoder.atRoot(graph.input("images", [1, 48, 48, 3]))
    try graph.validate()
    #expect(features.shape == [1, encoder.features])
    #expect((encoder.timm == nil) == [.tiny, .small].contains(network))
    let isOfTransformers = [.transformer, .convNeXt].contains(network.family)
    let decay = arguments.recipe.settings.classifier.weightDecay
    #expect(decay == (isOfTransformers ? 0.05 : 1e-4))
    #expect((arguments.settings["width"] != nil) == (network.family == .resNet))
    #expect((arguments.settings["patch"] != nil) == (network.family == .transformer))
  }

  /// A file of settings gives way to a network of another kind.
  @Test func settingsOfAnotherKindGiveWay() throws {
    let file = folder.url.appending(path: "settings.json")
    try Data(#"{"network": "resnet18", "width": "2"}"#.utf8).write(to: file)
    let arguments = try Arguments(["--settings", file.path, "--network", "vit-tiny"])
    #expect(arguments.notes.isEmpty && arguments.settings["width"] == nil)
    try Data(#"{"network": "vit-tiny", "width": "2"}"#.utf8).write(to: file)
    let refusal = try #require(throws: Arguments.Refusal.self) { try Arguments(["--settings", file.path]) }
    #expect(refusal.code == .configuration && refusal.description.contains("--width is about ResNets"))
    // What the command line gives is what is refused, not what the file had for the other network.
    try Data(#"{"network": "vit-tiny", "patch": "8"}"#.utf8).write(to: file)
    let given = try #require(throws: Arguments.Refusal.self) {
      try Arguments(["--settings", file.path, "--network", "resnet18", "--pooling", "mean"])
    }
    #expect(given.code == .usage && given.description.hasPrefix("--pooling is about vision transformers"))
  }

  /// A photograph of 32 by 32 pixels.
  private static func pixels(_ number: Int) -> [UInt8] {
    (0..<32 * 32 * 3).map { place -> UInt8 in UInt8((place * (number + 7) + place % 3) % 256) }
  }

  /// The 28 by 28 pixels in the middle of a photograph.
  private static func middle(_ pixels: [UInt8]) -> [Double] {
    (2..<30).flatMap { row -> [Double] in
      let first = (row * 32 + 2) * 3
      return pixels[first..<first + 84].map { Double($0) }
    }
  }

  /// Every use of a run has one of a transformer.
  @Test func aTransformerIsTrainedAndUsed() throws {
    let out = folder.url.appending(path: "run")
    let trained = try run([
      "--out", out.path, "--patients", "128", "--labelled", "1", "--test", "1", "--size", "28", "--network",
      "vit-tiny", "--patch", "14", "--pooling", "mean", "--branches", "simclr", "--epochs", "1",
    ])
    try #require(trained.code == 0, "\(trained.errors)")
    #expect(trained.output.contains("VisionTransformer(") && trained.output.contains("weightDecay: 0.05"))
    let page = try String(contentsOf: out.appending(path: "report.html"), encoding: .utf8)
    #expect(page.contains("weightDecay: 0.1") && page.contains("Grad-CAM (Selvaraju et al. 2017)"))

    // Seven eighths of 32 pixels are the 28 that the network sees, so that the crop changes no byte.
    let photographs = folder.url.appending(path: "photographs")
    try FileManager.default.createDirectory(at: photographs, withIntermediateDirectories: true)
    let pixels = (0..<3).map(Self.pixels)
    for (number, pixels) in pixels.enumerated() {
      try (Data("P6 32 32 255\n".utf8) + Data(pixels)).write(to: photographs.appending(path: "\(number).ppm"))
    }
    let table = folder.url.appending(path: "said.csv")
    let predicted = try run(["predict", "--run", out.path, "--csv", table.path, photographs.path])
    try #require(predicted.code == 0, "\(predicted.errors)")
    let rows = try String(contentsOf: table, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",")
    }

    let (model, timm) = (folder.url.appending(path: "model.onnx"), folder.url.appending(path: "timm"))
    let exported = try run(["export", "--run", out.path, "--onnx", model.path, "--timm", timm.path])
    #expect(exported.code == 0, "\(exported.errors)")
    let crops = pixels.flatMap(Self.middle)
    let file = try ONNXFile([UInt8](Data(contentsOf: model)))
    let outputs = try ONNXInterpreter(file).run(["images": ONNXFile.Tensor([3, 28, 28, 3], crops)])
    let found = try #require(outputs["probabilities"])
    for (number, row) in rows.dropFirst().enumerated() {
      for place in 0..<found.shape[1] {
        let expected = try #require(Double(row[place + 1]))
        #expect(abs(found.values[number * found.shape[1] + place] - expected) <= 1.5e-5)
      }
    }
    let names = try SafeTensors.read(timm.appending(path: "model.safetensors")).names
    #expect(names.contains("head.weight") && names.contains("blocks.11.mlp.fc2.bias"))
    // The network is the one that was trained, also in what its weights do not tell.
    let config = try String(contentsOf: timm.appending(path: "config.json"), encoding: .utf8)
    #expect(config.matches(of: /"global_pool" : "avg"/).count == 2)

    let features = folder.url.appending(path: "features.npy").path
    let embedded = try run(["embed", "--run", out.path, "--out", features, photographs.path])
    #expect(embedded.output.contains("The features of 3 photographs, 192 each, are in "))
    let first = photographs.appending(path: "1.ppm").path
    let nearest = try run(["neighbors", "--run", out.path, "--among", features, "--k", "1", first])
    #expect(nearest.output == "\(first)\n  1.0000  \(first)\n", "\(nearest.errors)")

    // What was trained starts another run, of larger images.
    let again = try run([
      "describe", "--patients", "128", "--labelled", "1", "--test", "1", "--size", "42", "--network",
      "vit-tiny", "--weights", out.appending(path: "simclr.safetensors").path,
    ])
    #expect(again.code == 0 && again.output.contains("patch: 14, imageSize: 28,"), "\(again.errors)")
  }
}
