import Ops

/// A stage's network in inference mode with what its outputs come from: the features, and Grad-CAM of a
/// classifier that has a feature map.
final class ExplainedNetwork {
  /// The results for some images.
  struct Results {
    /// `[images, dimensions]`.
    var features: [Float] = []
    /// The probabilities of a classifier, `[images, classes]`; empty for an encoder.
    var probabilities: [Float] = []
    /// The map of each image's chosen class.
    var heat: [HeatMap] = []
  }

  /// The number of images that are computed together.
  let batch: Int
  /// The number of features.
  let dimensions: Int
  private let program: Program
  private let features: Tensor
  private let logits: Tensor?
  private let gradCAM: GradCAM?
  private let pixels: Int

  /// The number of images that are computed together as a rule.
  static let usualBatch = 64

  private static let images = "images"
  private static let chosen = "chosen"

  /// Compiles the network of a stage and loads its weights.
  ///
  /// - Throws: `MemoryShortage` or, from the system, `OutOfMemory` if there is not the memory for it.
  init(
    of plan: StagePlan, _ weights: StageWeights, channels: Int, batch: Int = usualBatch, workers: Workers,
    memory: SystemMemory
  ) throws {
    let parts = plan.parts
    let graph = GraphBuilder(mode: .inference)
    let tape = Tape(graph)
    let input = graph.input(ExplainedNetwork.images, [batch, plan.size, plan.size, channels])
    // The layers are named as children of one sequence.
    let (features, logits) = graph.scoped("") {
      let features = parts.encoder.apply(to: input)
      return (features, parts.isClassifier ? parts.head(features) : nil)
    }
    features.requireRows(batch)
    logits?.requireRows(batch)
    try graph.validate()
    let map = logits.flatMap { logits in
      GradCAM(
        of: logits, on: input, chosen: graph.input(ExplainedNetwork.chosen, logits.shape, initially: 0),
        from: tape)
    }
    let outputs = [features] + [logits, map?.heat].compactMap { $0 }
    let program = try ProgramPlan(graph, outputs: outputs, workers: workers)
    try memory.require(
      program.arenaBytes, for: "A network for \(batch) photographs of \(plan.size) pixels")
    self.program = try Program(program, sharingVariablesOf: nil)
    (self.batch, self.features, self.logits, gradCAM) = (batch, features, logits, map)
    dimensions = features.shape.channels
    pixels = plan.size * plan.size * channels
    for variable in self.program.variables { self.program.setVariable(variable.path, to: weights[variable]) }
  }

  /// The memory of the network in bytes.
  var byteCount: Int { program.arenaBytes }

  /// Whether there are heat maps.
  var hasHeat: Bool { gradCAM != nil }

  /// Returns the results for images, at most ``batch``.
  ///
  /// - Parameter chosen: The class of each image to make a map of; no maps without.
  func results(for images: [Image], choosing chosen: [Int]? = nil) -> Results {
    contract(images.count <= batch, "\(images.count) images are more than a batch of \(batch)")
    program.withInput(ExplainedNetwork.images, as: Float.self) { input in
      input.update(repeating: 0)
      for (place, image) in images.enumerated() {
        _ = input[(place * pixels)..<((place + 1) * pixels)].update(fromContentsOf: image.pixels)
      }
    }
    if let logits, gradCAM != nil {
      program.withInput(ExplainedNetwork.chosen, as: Float.self) { input in
        input.update(repeating: 0)
        for (place, label) in (chosen ?? []).enumerated() { input[place * logits.shape.channels + label] = 1 }
      }
    }
    program.run()
    var results = Results()
    results.features = Array(program.value(of: features, as: Float.self).prefix(images.count * dimensions))
    if let logits {
      let columns = logits.shape.channels
      let rows = Array(program.value(of: logits, as: Float.self).prefix(images.count * columns))
      results.probabilities = softmax(rows, columns: columns)
    }
    if let gradCAM, chosen != nil {
      let (height, width) = (gradCAM.heat.shape[1], gradCAM.heat.shape[2])
      let values = program.value(of: gradCAM.heat, as: Float.self)
      results.heat = images.indices.map { place in
        HeatMap(
          values[(place * height * width)..<((place + 1) * height * width)], height: height, width: width,
          at: gradCAM.centers)
      }
    }
    return results
  }

  /// Returns the probability of a class for each image.
  func probabilities(of label: Int, for images: [Image]) -> [Float] {
    guard let classes = logits?.shape.channels else { return [] }
    return stride(from: 0, to: images.count, by: batch).flatMap { start in
      let part = Array(images[start..<min(start + batch, images.count)])
      let probabilities = results(for: part).probabilities
      return part.indices.map { probabilities[$0 * classes + label] }
    }
  }
}
