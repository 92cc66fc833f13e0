import Foundation
import Ops

/// A trained network as an ONNX file, which other programs run: ONNX Runtime, TensorRT, OpenVINO.
///
///     let model = try ONNXModel(encoder, weights: run.appending(path: "simclr.classifier.safetensors"))
///     try model.write(to: URL(filePath: "skin.onnx"))
///
/// Its input `images` are center crops of photographs, `[N, size, size, channels]`, as bytes. Scaling,
/// normalization and the mean over mirror images are in the file; reading a photograph, its crop and its
/// resizing are not. The metadata says what that is: the classes, the size, the crop, the preparation.
public struct ONNXModel: Sendable {
  /// The notes of the file, by their keys.
  public let metadata: [String: String]
  /// The file's content.
  let bytes: [UInt8]

  /// The names of the input and the outputs.
  enum Name {
    static let (images, probabilities, calibrated, features) =
      ("images", "probabilities", "calibrated", "features")
    static let count = "N"
  }

  /// The most bytes of a file in the format of Protocol Buffers.
  static let largest = Int(Int32.max)

  /// Exports a classifier of a run.
  ///
  /// Its output `probabilities`, `[N, classes]`, is what a ``Predictor`` says.
  ///
  /// - Parameters:
  ///   - encoder: The encoder that the run trained, without its original weight file; the head and the
  ///     normalization of images are read from the file.
  ///   - file: The classifier's weight file.
  ///   - scaling: The temperature that calibrates it. With one, there is an output `calibrated`, the
  ///     probabilities scaled by it.
  /// - Throws: `WeightsError` if the file cannot be read or is damaged; `RunError` if it does not belong to a
  ///   classifier, has another encoder, or does not describe the preprocessing; `ExportError` for an
  ///   operation without a translation, or more weights than fit.
  public init(_ encoder: some Layer, weights file: URL, scaling: TemperatureScaling? = nil) throws {
    let classifier = try StoredClassifier(file)
    try self.init(
      ExportedNetwork([encoder, ClassificationHead(classes: classifier.notes.classes.count)], classifier),
      .probabilities(of: classifier.notes, scaling))
  }

  /// Exports the encoder of a classifier of a run.
  ///
  /// Its output `features`, `[N, D]`, is that of the encoder on the crops, without mirror images.
  ///
  /// - Parameters:
  ///   - encoder: The encoder that the run trained, without its original weight file.
  ///   - file: The classifier's weight file.
  /// - Throws: As ``init(_:weights:scaling:)``.
  public init(featuresOf encoder: some Layer, weights file: URL) throws {
    let classifier = try StoredClassifier(file)
    try self.init(ExportedNetwork([encoder], classifier), .features(of: classifier.notes))
  }

  /// The outputs of a file.
  enum Output {
    case probabilities(of: ClassifierNotes, TemperatureScaling?)
    case features(of: ClassifierNotes)
  }

  /// Exports a network.
  ///
  /// - Parameter most: The most bytes of weights.
  init(_ network: ExportedNetwork, _ output: Output, most: Int = largest) throws {
    guard network.byteCount <= most else {
      throw ExportError.tooLarge(bytes: network.byteCount, most: most)
    }
    switch output {
    case .probabilities(let notes, let scaling):
      metadata = notes.onnxMetadata(scaling)
      let mirrored = notes.averagesFlips
      var graph = ONNXGraph()
      let rows = try network.rows(in: &graph, mirrored: mirrored)
      var result = graph.node("Softmax", [rows], [("axis", .int(-1))])
      if mirrored {
        result = graph.node("Reshape", [result, graph.constant([4, -1, notes.classes.count])])
        result = graph.node("ReduceMean", [result], [("axes", .ints([0])), ("keepdims", .int(0))])
      }
      let classes = notes.classes.count
      graph.addResult(result, Name.probabilities, columns: classes)
      if let scaling {
        let least = graph.constant([.leastNonzeroMagnitude], [])
        let logarithms = graph.node("Log", [graph.node("Max", [result, least])])
        let temperature = graph.constant([Float(scaling.temperature)], [])
        let scaled = graph.node("Div", [logarithms, temperature])
        graph.addResult(
          graph.node("Softmax", [scaled], [("axis", .int(-1))]), Name.calibrated, columns: classes)
      }
      bytes = graph.file(metadata)
    case .features(let notes):
      metadata = notes.onnxMetadata(nil)
      var graph = ONNXGraph()
      let rows = try network.rows(in: &graph, mirrored: false)
      graph.addResult(rows, Name.features, columns: network.columns)
      bytes = graph.file(metadata)
    }
  }

  /// Writes the file atomically.
  ///
  /// - Parameter file: The file to write.
  /// - Throws: ``FileError`` if the file cannot be written.
  public func write(to file: URL) throws(FileError) {
    try AtomicFile.write(to: file, bytes: bytes.count) { try bytes.withUnsafeBytes($0.write) }
  }
}

extension ONNXGraph {
  /// Adds an output of rows, under its name.
  fileprivate mutating func addResult(_ result: String, _ name: String, columns: Int) {
    _ = node("Identity", [result], to: name)
    addOutput(name, .float, [.named(ONNXModel.Name.count), .fixed(columns)])
  }
}

extension ClassifierNotes {
  /// The notes of an ONNX file: what its input and its outputs are.
  fileprivate func onnxMetadata(_ scaling: TemperatureScaling?) -> [String: String] {
    let names = (try? JSONEncoder.stable.encode(classes)).map { String(decoding: $0, as: UTF8.self) }
    var metadata = [
      "loupe.version": Loupe.version, "loupe.classes": names ?? "[]", "loupe.size": "\(size)",
      "loupe.channels": "\(channels)", "loupe.crop": "\(Image.scoredFraction)",
      "loupe.preparation": "\(preparation?.version ?? Preparation.currentVersion)",
      "loupe.mirrored": averagesFlips ? "4" : "1",
    ]
    metadata["loupe.shorter-side"] = preparation?.shorterSide.map { "\($0)" }
    metadata["loupe.temperature"] = scaling.map { "\($0.temperature)" }
    return metadata
  }
}
