import Foundation
import Ops

/// A network in inference mode, from images, or the features of images, to rows of outputs.
final class InferenceNetwork {
  /// The number of outputs per image.
  let columns: Int
  /// The number of images in a batch, which bounds the memory that they take.
  static let usualBatch = 64

  private let program: Program
  private let output: Tensor
  private let batch: Int
  private let elements: Int

  /// Compiles the network for images `[size, size, channels]`.
  ///
  /// - Throws: `GraphErrors` with every mistake of the model; `MemoryShortage` or, from the system,
  ///   `OutOfMemory` if there is not the memory for it.
  convenience init(
    _ model: some Layer, size: Int, channels: Int, batch: Int = usualBatch, workers: Workers
  ) throws {
    try self.init(Plan(model, size: size, channels: channels, batch: batch, workers: workers))
  }

  /// Gives a network that is compiled its memory.
  ///
  /// - Throws: `MemoryShortage` or, from the system, `OutOfMemory` if there is not the memory for it.
  init(_ plan: Plan, memory: SystemMemory = .current) throws {
    try memory.require(
      plan.program.arenaBytes, for: "A network for \(plan.batch) photographs of \(plan.size) pixels")
    program = try Program(plan.program, sharingVariablesOf: nil)
    output = plan.output
    columns = output.shape.channels
    batch = plan.batch
    elements = plan.elements
  }

  /// Compiles layers on the images that a weight file's stage read, and loads its weights.
  ///
  /// - Throws: As ``init(_:size:channels:batch:workers:)``; `RunError` if the file has other layers'.
  convenience init(
    _ layers: [any Layer], of stored: SafeTensors, in file: URL, size: Int, channels: Int,
    batch: Int = usualBatch,
    workers: Workers
  ) throws {
    try self.init(
      LayerSequence(Normalization.layers(statedIn: stored.metadata) + layers), size: size, channels: channels,
      batch: batch, workers: workers)
    guard let weights = try StageWeights(stored, of: output.graph.contents) else {
      throw RunError.otherNetwork(file: file.path)
    }
    load { weights[$0] }
  }

  /// A network that is compiled but has no memory yet.
  struct Plan {
    let program: ProgramPlan
    let output: Tensor
    let batch: Int
    fileprivate let size: Int
    /// The numbers of an image, or of its features.
    let elements: Int

    /// - Throws: `GraphErrors` with every error in the model.
    init(
      _ model: some Layer, size: Int, channels: Int, batch: Int = InferenceNetwork.usualBatch,
      workers: Workers
    ) throws(GraphErrors) {
      let graph = GraphBuilder(mode: .inference)
      output = model.atRoot(
        graph.input(TrainingStep.InputName.images, [batch, size, size, channels]))
      output.requireRows(batch)
      program = try ProgramPlan(graph, outputs: [output], workers: workers)
      self.batch = batch
      self.size = size
      elements = size * size * channels
    }

    /// Compiles what follows the features of a model, the input of its last layer.
    ///
    /// - Throws: `GraphErrors` with every error in the model.
    init(
      behindFeaturesOf model: LayerSequence, size: Int, channels: Int,
      batch: Int = InferenceNetwork.usualBatch, workers: Workers
    ) throws(GraphErrors) {
      let graph = GraphBuilder(mode: .inference)
      let images = graph.input(TrainingStep.InputName.images, [batch, size, size, channels])
      let (features, whole) = model.lastLayer(on: [images])
      let part = graph.part(behind: features, asInput: TrainingStep.InputName.images, for: [whole])
      output = part.results[0]
      program = try ProgramPlan(part.graph, outputs: [output], workers: workers)
      self.batch = batch
      self.size = size
      elements = features.shape.count / batch
    }
  }

  /// The variables of the network.
  var variables: [Variable] { program.variables }

  /// Loads the weights of a network that has at least the same variables.
  func load(_ values: (Variable) -> [Float]) {
    for variable in program.variables { program.setVariable(variable.path, to: values(variable)) }
  }

  /// Returns the outputs for the images, `[images, columns]`, each transformed by `change`.
  func rows(of images: [Image], _ change: (Image) -> Image = { $0 }) -> [Float] {
    rows(images.count) { change(images[$0]).pixels }
  }

  /// Returns the outputs, `[count, columns]`, for inputs of as many numbers as an image, or its features,
  /// has.
  func rows(_ count: Int, _ input: (Int) -> [Float]) -> [Float] {
    var rows: [Float] = []
    rows.reserveCapacity(count * columns)
    for start in stride(from: 0, to: count, by: batch) {
      let part = start..<min(start + batch, count)
      program.withInput(TrainingStep.InputName.images, as: Float.self) { inputs in
        inputs.update(repeating: 0)
        for (place, index) in part.enumerated() {
          _ = inputs[(place * elements)..<((place + 1) * elements)].update(fromContentsOf: input(index))
        }
      }
      program.run()
      rows += program.value(of: output, as: Float.self).prefix(part.count * columns)
    }
    return rows
  }
}
