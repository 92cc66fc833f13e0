import Foundation
import Ops
import TestSupport
import Testing

@testable import Recipes

struct ONNXModelTests {
  /// What a weight file says of a classifier.
  private static func notes(
    _ classes: [String], size: Int = 16, channels: Int = 3, averagesFlips: Bool = true,
    shorterSide: Int? = nil
  ) throws -> ClassifierNotes {
    let names = String(decoding: try JSONEncoder().encode(classes), as: UTF8.self)
    let side = shorterSide.map { ",\"shorterSide\":\($0)" } ?? ""
    return try #require(
      ClassifierNotes([
        "loupe.classifier": """
        {"classes":\(names),"size":\(size),"channels":\(channels),"averagesFlips":\(averagesFlips),\
        "preparation":{"version":1\(side)}}
        """
      ]))
  }

  /// Weights as after some training: no statistic is the one that it starts from.
  private static func weights(_ variable: Variable) -> [Float] {
    var generator = CounterGenerator(seed: 11, name: variable.path)
    var values = (try? variable.initialValues(seed: 11, as: Float.self)) ?? []
    switch variable.role {
    case .statistic: for place in values.indices { values[place] += Float(0.2 + 0.3 * generator.uniform()) }
    case .normalization:
      for place in values.indices { values[place] = values[place] / 2 + Float(0.1 * generator.uniform()) }
    default: break
    }
    return values
  }

  /// Images of bytes.
  private static func images(_ count: Int, size: Int, channels: Int = 3) -> [Image] {
    (0..<count).map { number in
      var generator = CounterGenerator(seed: 5, number)
      let shades = (0..<channels).map { _ in generator.uniform() }
      let bytes = (0..<size * size * channels).map { place in
        UInt8(255 * min(max(shades[place % channels] + 0.3 * (generator.uniform() - 0.5), 0), 1))
      }
      return EightBitImage(width: size, height: size, channels: channels, bytes: bytes).image
    }
  }

  /// Returns the outputs of a file for images.
  private static func outputs(_ bytes: [UInt8], _ images: [Image]) throws -> [String: ONNXFile.Tensor] {
    let first = try #require(images.first)
    let input = ONNXFile.Tensor(
      [images.count, first.height, first.width, first.channels],
      images.flatMap { EightBitImage($0).bytes.map { Double($0) } })
    return try ONNXInterpreter(ONNXFile(bytes)).run(["images": input])
  }

  private static func expectEqual(_ a: ONNXFile.Tensor?, _ b: [Float], columns: Int) throws {
    let a = try #require(a)
    #expect(a.shape == [b.count / columns, columns])
    for (a, b) in zip(a.values, b) { #expect(abs(a - Double(b)) <= 1e-5) }
  }

  /// Networks with a head, and the size and channels of their images.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let encoder: any Layer
    var size = 16
    var channels = 3
  }

  private static let networks = [
    Case(testDescription: "ResNet-18", encoder: ResNet(.resNet18, stem: .small)),
    Case(testDescription: "ResNet-18 for ImageNet", encoder: ResNet(.resNet18), size: 40),
    Case(testDescription: "ResNet-50", encoder: ResNet(.resNet50), size: 32),
    Case(testDescription: "wide", encoder: ResNet(.custom(blocks: [1, 1], bottleneck: true, innerWidth: 2))),
    Case(
      testDescription: "that of SkinMICLe",
      encoder: ResNet(.custom(blocks: [1, 1, 1, 1], bottleneck: false, channels: 32)), size: 48),
    Case(
      testDescription: "normalized",
      encoder: LayerSequence([
        Normalize(.imagenet), ResNet(.tiny, stem: .small), ProjectionHead(hidden: [8], output: 5),
      ])),
    Case(
      testDescription: "vision transformer, positions resampled",
      encoder: VisionTransformer(.custom(channels: 24, depth: 2, heads: 3), patch: 8, imageSize: 16),
      size: 32),
    Case(
      testDescription: "vision transformer, gated",
      encoder: VisionTransformer(
        .custom(channels: 24, depth: 1, heads: 3, perceptron: .swiGLU(ratio: 2)), patch: 8, imageSize: 16)),
    Case(testDescription: "tokens that attend to patches", encoder: AttendingLatents()),
    Case(
      testDescription: "ConvNeXt",
      encoder: ConvNeXt(.custom(blocks: [1, 1], channels: [8, 12])), size: 32),
    Case(testDescription: "EfficientNet", encoder: EfficientNet(.custom(width: 0.25, depth: 0.1)), size: 32),
    Case(testDescription: "gray", encoder: ResNet(.tiny, stem: .small), channels: 1),
    Case(testDescription: "a transformer", encoder: SmallTransformer()),
    Case(
      testDescription: "every layer",
      encoder: LayerSequence([
        Conv2D(6, kernel: 3, groups: 3, bias: true), GELU(), AveragePool(3, stride: 2, padding: 1),
        MaxPool(2), Conv2D(4, kernel: 3, dilation: 2), BatchNorm(), ReLU(), Flatten(), Linear(7),
      ])),
    Case(testDescription: "with excitation", encoder: Excited()),
  ]

  /// Probabilities, with and without mirror images and temperature, are those of the package's program.
  @Test(arguments: networks) func probabilities(of network: Case) throws {
    let model = LayerSequence([network.encoder, ClassificationHead(classes: 3)])
    let program = try InferenceNetwork(
      model, size: network.size, channels: network.channels, workers: Workers(count: 1))
    program.load(ONNXModelTests.weights)
    let images = ONNXModelTests.images(2, size: network.size, channels: network.channels)
    let exported = try ExportedNetwork(
      model, size: network.size, channels: network.channels, weights: ONNXModelTests.weights)
    let scaling = TemperatureScaling(temperature: 1.7)
    for averagesFlips in [false, true] {
      let notes = try ONNXModelTests.notes(
        ["a", "b", "c"], size: network.size, channels: network.channels, averagesFlips: averagesFlips)
      let outputs = try ONNXModelTests.outputs(
        ONNXModel(exported, .probabilities(of: notes, scaling)).bytes, images)
      let expected = program.probabilities(of: images, averagingFlips: averagesFlips)
      try ONNXModelTests.expectEqual(outputs["probabilities"], expected, columns: 3)
      let scaled = stride(from: 0, to: expected.count, by: 3).flatMap {
        scaling.probabilities(Array(expected[$0..<$0 + 3]))
      }
      try ONNXModelTests.expectEqual(outputs["calibrated"], scaled, columns: 3)
    }
  }

  /// One file serves any number of images, and batch normalization is a part of the convolutions.
  @Test func anyNumberOfImages() throws {
    let encoder = ResNet(.tiny, stem: .small)
    let exported = try ExportedNetwork(encoder, size: 16, channels: 3, weights: ONNXModelTests.weights)
    let model = try ONNXModel(exported, .features(of: try ONNXModelTests.notes(["a"])))
    let program = try InferenceNetwork(encoder, size: 16, channels: 3, workers: Workers(count: 1))
    program.load(ONNXModelTests.weights)
    for count in [1, 4] {
      let images = ONNXModelTests.images(count, size: 16)
      let features = try #require(try ONNXModelTests.outputs(model.bytes, images)["features"])
      let expected = program.rows(of: images)
      let largest = Double(expected.map(abs).max() ?? 0)
      #expect(features.shape == [count, program.columns] && largest > 0.001)
      for (a, b) in zip(features.values, expected) { #expect(abs(a - Double(b)) <= 1e-5 * largest) }
    }
    let operations = Set(try ONNXFile(model.bytes).nodes.map(\.operation))
    #expect(
      operations == ["Cast", "Div", "Transpose", "Conv", "Relu", "Add", "ReduceSum", "Identity"])
    #expect(try ONNXFile(model.bytes).nodes.count { $0.operation == "Transpose" } == 1)
  }

  @Test func theFileSaysWhatItIs() throws {
    let exported = try ExportedNetwork(
      LayerSequence([SmallClinic.encoder, ClassificationHead(classes: 2)]), size: 16, channels: 3,
      weights: ONNXModelTests.weights)
    let model = try ONNXModel(
      exported,
      .probabilities(
        of: try ONNXModelTests.notes(["a", "b \"c\""], shorterSide: 40),
        TemperatureScaling(temperature: 1.5)))
    let file = try ONNXFile(model.bytes)
    #expect(file.operatorSet == 17)
    #expect(
      file.metadata == [
        "loupe.version": Loupe.version, "loupe.classes": #"["a","b \"c\""]"#, "loupe.size": "16",
        "loupe.channels": "3", "loupe.crop": "0.875", "loupe.preparation": "1", "loupe.mirrored": "4",
        "loupe.shorter-side": "40", "loupe.temperature": "1.5",
      ])
    #expect(model.metadata == file.metadata)
    #expect(file.inputs == [ONNXFile.Port(name: "images", element: 2, shape: [nil, 16, 16, 3])])
    #expect(
      file.outputs
        == ["probabilities", "calibrated"].map {
          ONNXFile.Port(name: $0, element: 1, shape: [nil, 2])
        })
    #expect(file.nodes.contains { $0.name.hasPrefix("layer1.0.conv1/Conv") })
  }

  /// What is refused, with the layer and the operation.
  @Test func refusals() throws {
    func error(_ body: @escaping @Sendable (Tensor) -> Tensor) -> ExportError? {
      do {
        let layer = Applied(body: body).named("odd")
        let exported = try ExportedNetwork(
          LayerSequence([layer]), size: 4, channels: 1, weights: ONNXModelTests.weights)
        _ = try ONNXModel(exported, .features(of: try ONNXModelTests.notes(["a"])))
        return nil
      } catch { return error as? ExportError }
    }
    #expect(
      error { $0.graph.apply(Doubled(), to: [$0]).flattened }
        == .untranslatable(operation: "Doubled", layer: "odd"))
    for (operation, body): (String, @Sendable (Tensor) -> Tensor) in [
      ("Constant", { ($0 - $0.mean(axes: [0], keepingDimensions: true)).flattened }),
      ("Sum", { ($0 - $0.sum(axes: [0], keepingDimensions: true)).flattened }),
      ("Softmax", { softmax($0.flattened.transposed).transposed }),
      ("MatMul", { matmul(matmul($0.flattened, $0.flattened, transposeB: true), $0.flattened) }),
      ("Slice", { concatenate([$0, $0], axis: 0).sliced(1..<1 + $0.shape[0], axis: 0).flattened }),
      ("Entry", { ($0 * $0.entry(0)).flattened }),
    ] {
      #expect(error(body) == .mixesImages(operation: operation, layer: "odd"), "\(operation)")
    }
    #expect(
      "\(ExportError.untranslatable(operation: "Doubled", layer: "odd"))"
        == "The layer odd computes Doubled, which has no translation to ONNX; compose it of operations of this "
        + "package.")
  }

  @Test func moreWeightsThanFit() throws {
    let exported = try ExportedNetwork(
      SmallClinic.encoder, size: 16, channels: 3, weights: ONNXModelTests.weights)
    #expect(throws: ExportError.tooLarge(bytes: exported.byteCount, most: 1000)) {
      try ONNXModel(exported, .features(of: try ONNXModelTests.notes(["a"])), most: 1000)
    }
    #expect(exported.byteCount > 4000)
  }

  /// A run's weight file becomes a file that says what its predictor says.
  @Test func ofARun() throws {
    let folder = try ScratchFolder()
    let pipeline = Pipeline("p") {
      Classifier(
        SmallClinic.encoder, classes: 3, named: "branch", batch: 8, epochs: 1, averagingFlips: true)
    }
    let report = try pipeline.run(
      on: try SmallClinic.dataset(), output: folder.url, workers: Workers(count: 1), reporting: { _ in })
    let weights = report.stages[0].weights
    let file = folder.url.appending(path: "model.onnx")
    try ONNXModel(SmallClinic.encoder, weights: weights).write(to: file)
    let predictor = try Predictor(SmallClinic.encoder, weights: weights, workers: Workers(count: 1))
    let size = 16
    let images = ONNXModelTests.images(3, size: size)
    let bytes = [UInt8](try Data(contentsOf: file))
    let stored = try ONNXFile(bytes)
    #expect(stored.metadata["loupe.classes"] == #"["a","b","c"]"# && stored.outputs.count == 1)
    // A photograph is cropped before; here the network is given what the crop is.
    let network = try InferenceNetwork(
      [SmallClinic.encoder, ClassificationHead(classes: 3)], of: SafeTensors.read(weights), in: weights,
      size: size, channels: 3, workers: Workers(count: 1))
    let expected = network.probabilities(of: images, averagingFlips: true)
    try ONNXModelTests.expectEqual(
      ONNXModelTests.outputs(bytes, images)["probabilities"], expected, columns: 3)
    #expect(predictor.classes == ["a", "b", "c"])
    let features = try ONNXModel(featuresOf: SmallClinic.encoder, weights: weights)
    #expect(try ONNXFile(features.bytes).outputs.map(\.name) == ["features"])
    #expect(throws: RunError.otherNetwork(file: weights.path)) {
      try ONNXModel(ResNet(.tiny, stem: .small), weights: weights)
    }
    #expect(throws: WeightsError.self) {
      try ONNXModel(SmallClinic.encoder, weights: folder.url.appending(path: "none.safetensors"))
    }
  }
}

/// A layer of a function.
private struct Applied: Layer {
  @Incidental var body: @Sendable (Tensor) -> Tensor

  func apply(to x: Tensor) -> Tensor { body(x) }
}

/// A convolution whose channels are weighted by what all pixels say (Hu et al. 2018), padded, cut and joined.
private struct Excited: Layer {
  func apply(to x: Tensor) -> Tensor {
    let y = relu(Conv2D(4, kernel: 3).named("conv")(x))
    let gate = sigmoid(Linear(4).named("gate")(globalAveragePool(y)))
    let weighted = y * gate.reshaped(to: [x.shape[0], 1, 1, 4])
    let padded = weighted.padded(low: [0, 1, 0, 0], high: [0, 0, 2, 1])
    let others = padded.sliced(1..<4, axis: 1).padded(low: [0, 0, 0, 0], high: [0, 14, 0, 0])
    let joined = concatenate([padded.sliced(0..<3, axis: 3), others], axis: 3)
    let rows = joined.logSumExp(axes: [1]) + joined.max(axes: [2]).sliced(0..<1, axis: 1)
    return rows.flattened
  }
}

/// An operation of another package.
private struct Doubled: Elementwise {
  static var arity: Int { 1 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[0] + x[0] }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [upstream * 2] }
}
