import Foundation
import Testing

@testable import Recipes

/// Files that TensorFlow wrote, by `make_simclr_fixtures.py`.
struct TensorFlowCheckpointTests {
  private struct Expected: Decodable {
    let shape: [Int]
    let images: [Float]
    let features: [[Float]]
  }

  static func url(_ file: String) throws -> URL {
    try #require(Bundle.module.resourceURL).appending(path: "Fixtures/simclr/\(file)")
  }

  private let architecture = ResNet.Architecture.custom(blocks: [1, 2], bottleneck: true, channels: 4)
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  // The features of a network, and the notes about its weights.
  private func features(_ stem: ResNet.Stem, _ path: String) throws -> (rows: [[Float]], notes: [String]) {
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: TensorFlowCheckpointTests.url("expected.json")))
    let graph = GraphBuilder(mode: .inference)
    let images = graph.input("images", Shape(expected.shape))
    let features = ResNet(architecture, stem: stem).pretrained(path).atRoot(images)
    let program = try Program(graph, outputs: [features])
    program.setInput("images", to: expected.images)
    program.run()
    let values = program.value(of: features, as: Float.self)
    let width = values.count / expected.shape[0]
    let rows = stride(from: 0, to: values.count, by: width).map { Array(values[$0..<($0 + width)]) }
    return (rows, graph.pretrainedNotes)
  }

  @Test(
    arguments: [
      ("model.ckpt-100", "base_model.", 41), ("model.ckpt-100.index", "base_model.", 41),
      ("model.ckpt-100.data-00000-of-00001", "base_model.", 41),
      ("ckpt-7", "resnet_model.", 3), ("saved_model", "resnet_model.", 2),
      ("saved_model/variables/variables.index", "resnet_model.", 2),
    ])
  func featuresAreThoseOfTensorFlow(_ file: String, prefix: String, others: Int) throws {
    let path = try TensorFlowCheckpointTests.url(file).path
    let (rows, notes) = try features(.tensorflow, path)
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: TensorFlowCheckpointTests.url("expected.json"))
    ).features
    let largest = expected.joined().reduce(0) { max($0, abs($1)) }
    #expect(largest > 1)
    for (found, wanted) in zip(rows.joined(), expected.joined()) {
      #expect(abs(found - wanted) <= 2e-6 * largest)
    }
    #expect(rows.count == 2 && rows[0].count == 32)
    let index = TensorFlowCheckpoint.index(of: path) ?? ""
    #expect(
      notes == [
        "The names in \(index) begin with \"\(prefix)\", which is taken off.",
        "60 tensors are from \(path); images are left in 0 to 1.".replacing(path, with: index),
        "\(index) also holds \(others) tensors whose names do not begin with \"\(prefix)\"; they are left out.",
      ])
  }

  /// PyTorch pads the pool on both sides, which TensorFlow's weights were not trained for.
  @Test func anotherPaddingIsRefused() throws {
    let path = try TensorFlowCheckpointTests.url("ckpt-7").path
    let refusal = try #require(throws: GraphErrors.self) { try features(.imagenet, path) }
    #expect("\(refusal)".contains("such as those of ResNet(..., stem: .tensorflow)"))
    let graph = GraphBuilder(mode: .inference)
    let encoder = ResNet(architecture, stem: .imagenet)
    let program = try Program(
      graph, outputs: [encoder.atRoot(graph.input("images", [1, 16, 16, 3]))])
    #expect(throws: WeightsError.self) { try program.load(path) }
  }

  @Test func otherNetworksAreRefused() throws {
    let other = try TensorFlowCheckpointTests.url("other.index").path
    let fault = TensorFlowFault.otherNetwork(reason: "has no variables of an encoder")
    #expect(throws: WeightsError.badTensorFlow(file: other, fault)) { try WeightFile.open(other) }
    // Selective kernels: three 3x3 convolutions at first.
    let shapes = ["a": [3, 3, 3, 4], "b": [3, 3, 4, 4], "c": [3, 3, 4, 8]]
    let keys = shapes.keys.sorted()
    let names = Set(
      keys.indices.flatMap { index in
        let number = index == 0 ? "" : "_\(index)"
        return ["base_model/conv2d\(number)/kernel"]
          + SimCLRLayers.parameters.keys.map { "base_model/batch_normalization\(number)/\($0)" }
      })
    let layers = try #require(SimCLRLayers(keys: names))
    #expect(layers.units.count == 3)
    #expect(
      throws: TensorFlowFault.otherNetwork(
        reason: "has other layers than a ResNet at base_model/conv2d_1/kernel")
    ) {
      try layers.names { name in
        let index = Int(name.split(separator: "/")[1].split(separator: "_").last ?? "") ?? 0
        let kernel = shapes[keys[index]] ?? []
        return name.hasSuffix("kernel") ? kernel : [kernel[3]]
      }
    }
    #expect(SimCLRLayers(keys: ["conv2d/kernel"]) == nil)
  }

  // Copies a checkpoint, and returns the path of its index.
  private func copy(_ name: String) throws -> URL {
    for suffix in ["index", "data-00000-of-00001"] {
      let to = scratch.url.appending(path: "copy.\(suffix)")
      try? FileManager.default.removeItem(at: to)
      try FileManager.default.copyItem(at: TensorFlowCheckpointTests.url("\(name).\(suffix)"), to: to)
    }
    return scratch.url.appending(path: "copy.index")
  }

  @Test(arguments: ["model.ckpt-100", "ckpt-7"])
  func aChangedByteIsFound(_ name: String) throws {
    let index = try copy(name)
    let whole = [UInt8](try Data(contentsOf: index))
    for place in 0..<(whole.count - 48) {
      var bytes = whole
      bytes[place] ^= 1
      try Data(bytes).write(to: index)
      #expect(throws: WeightsError.self, "\(place)") { try WeightFile.open(index.path) }
    }
    try Data(whole).write(to: index)
    let data = scratch.url.appending(path: "copy.data-00000-of-00001")
    let values = [UInt8](try Data(contentsOf: data))
    var found = 0
    for place in stride(from: 0, to: values.count, by: 11) {
      var bytes = values
      bytes[place] ^= 0x80
      try Data(bytes).write(to: data)
      let opening = Result { _ = try WeightFile.open(index.path) }
      if case .failure(let error) = opening, case .badTensorFlow(_, .checksum) = error as? WeightsError {
        found += 1
      }
    }
    // The rest is the optimizer's state, and other layers.
    #expect(found > values.count / 11 * 2 / 5)
  }

  @Test func aCutCheckpointIsRefused() throws {
    let index = try copy("model.ckpt-100")
    let whole = try Data(contentsOf: index)
    for count in stride(from: 0, to: whole.count, by: 13) {
      try whole.prefix(count).write(to: index)
      #expect(throws: WeightsError.self) { try WeightFile.open(index.path) }
    }
    try whole.write(to: index)
    let data = scratch.url.appending(path: "copy.data-00000-of-00001")
    try Data(contentsOf: data).prefix(100).write(to: data)
    let error = try #require(throws: WeightsError.self) { try WeightFile.open(index.path) }
    guard case .badTensorFlow(_, .outside(_, data.path)) = error else { throw error }
    try FileManager.default.removeItem(at: data)
    #expect(throws: WeightsError.unreadable(file: data.path, reason: "No such file or directory")) {
      try WeightFile.open(index.path)
    }
  }

  /// Weights of a run whose pool is padded as in TensorFlow are not those of a network padded otherwise.
  @Test func aRunStatesItsPadding() throws {
    let encoder = ResNet(.custom(blocks: [1], bottleneck: false, channels: 4), stem: .tensorflow)
    let report = try Pipeline("p") {
      Classifier(encoder, classes: 3, named: "branch", batch: 8, epochs: 1)
    }.run(
      on: try SmallClinic.dataset(), output: scratch.url, workers: Workers(count: 1), reporting: { _ in })
    let weights = report.stages[0].weights
    _ = try Predictor(encoder, weights: weights, workers: Workers(count: 1))
    let other = ResNet(encoder.architecture)
    #expect(other.fitted(to: weights.path) == encoder)
    #expect(other.fitted(to: scratch.url.path) == other)
    #expect(throws: RunError.self) { try Predictor(other, weights: weights, workers: Workers(count: 1)) }
    _ = try ONNXModel(encoder, weights: weights)
    #expect(throws: RunError.self) { try ONNXModel(other, weights: weights) }
    #expect(throws: ExportError.notInTimm) { try TimmFolder(encoder, weights: weights) }
    let (graph, _) = graph(of: other.pretrained(weights.path), on: [1, 16, 16, 3])
    #expect(graph.diagnostics.count == 1)
  }
}
