import Foundation
import Ops

/// A classifier's weight file with what it says about itself, checked.
struct StoredClassifier {
  let stored: SafeTensors
  let notes: ClassifierNotes
  let preparation: Preparation
  let file: URL

  /// Opens a file.
  ///
  /// - Throws: `WeightsError` if the file cannot be read or is damaged; `RunError` if it does not belong to a
  ///   classifier, or does not describe the preprocessing.
  init(_ file: URL) throws {
    stored = try SafeTensors.read(file)
    guard let notes = ClassifierNotes(stored.metadata), let isIntact = try stored.isIntact else {
      throw RunError.noClassifier(file: file.path)
    }
    guard isIntact else { throw WeightsError.damaged(file: file.path) }
    self.notes = notes
    preparation = try Preparation.current(notes.preparation, in: file)
    self.file = file
  }
}

/// A network in inference mode, from images of bytes to rows, to be exported.
struct ExportedNetwork {
  private let network: AnyBatchGraph
  private let weights: (Variable) -> [Float]
  private let size: Int
  private let channels: Int

  /// Builds layers for images `[size, size, channels]`.
  ///
  /// - Throws: `GraphErrors` with every mistake of the model; `ExportError` if it depends on the number of
  ///   images.
  init(_ model: some Layer, size: Int, channels: Int, weights: @escaping (Variable) -> [Float]) throws {
    network = try AnyBatchGraph { batch in
      let graph = GraphBuilder(mode: .inference)
      let rows = model.atRoot(graph.input(TrainingStep.InputName.images, [batch, size, size, channels]))
      rows.requireRows(batch)
      return rows
    }
    self.weights = weights
    self.size = size
    self.channels = channels
  }

  /// Builds the layers of a classifier, or its encoder, on the images that it was trained on.
  ///
  /// - Throws: As ``init(_:size:channels:weights:)``; `RunError` if the file has other layers' weights.
  init(_ layers: [any Layer], _ classifier: StoredClassifier) throws {
    let (size, channels) = (classifier.notes.size, classifier.notes.channels)
    let model = LayerSequence(Normalization.layers(statedIn: classifier.stored.metadata) + layers)
    var known: StageWeights?
    try self.init(model, size: size, channels: channels) { known?[$0] ?? [] }
    known = try StageWeights(classifier.stored, of: network.graph)
    guard known != nil else {
      throw RunError.otherNetwork(file: classifier.file.path)
    }
  }

  /// The number of outputs for an image.
  var columns: Int { network.extents[network.output].last?.count ?? 0 }

  /// The bytes of weights and constants.
  var byteCount: Int {
    network.graph.nodes.reduce(0) { $1.read != nil || $1.constant != nil ? $0 + $1.type.byteCount : $0 }
  }

  /// Adds the input and the network to an ONNX graph, and returns the name of the rows.
  ///
  /// - Parameter mirrored: Whether each image is followed by its mirror images, all those of one kind in a
  ///   row: across, down, and both.
  func rows(in graph: inout ONNXGraph, mirrored: Bool) throws -> String {
    let name = ONNXModel.Name.images
    graph.addInput(
      name, .uint8, [.named(ONNXModel.Name.count), .fixed(size), .fixed(size), .fixed(channels)])
    let values = graph.node("Cast", [name], [("to", .int(ONNXGraph.Element.float.rawValue))])
    var images = graph.node("Div", [values, graph.constant([255], [])])
    if mirrored {
      let across = graph.flipped(images, axis: 2)
      let kinds = [images, across, graph.flipped(images, axis: 1), graph.flipped(across, axis: 1)]
      images = graph.node("Concat", kinds, [("axis", .int(0))])
    }
    let translator = try ONNXTranslator(
      network, in: graph, inputs: [TrainingStep.InputName.images: images], weights: weights)
    let rows = translator.output
    graph = translator.graph
    return rows
  }
}

extension ONNXGraph {
  /// Adds a slice with an axis in reverse.
  fileprivate mutating func flipped(_ x: String, axis: Int) -> String {
    let bounds = [[-1], [Int.min + 1], [axis], [-1]].map { constant($0) }
    return node("Slice", [x] + bounds)
  }
}
