import Ops

/// A network in inference mode: images in, one row each out.
final class InferenceNetwork {
  /// The length of a row.
  let columns: Int
  private let program: Program
  private let output: Tensor
  private let batch: Int
  private let pixels: Int

  /// Compiles the network for images `[size, size, channels]`.
  ///
  /// - Throws: `GraphErrors` with every mistake of the model; `MemoryShortage` or, from the system,
  ///   `OutOfMemory` if there is not the memory for it.
  init(
    _ model: some Layer, size: Int, channels: Int, batch: Int = 64, workers: Workers,
    memory: SystemMemory = .current
  ) throws {
    let plan = try InferenceNetwork.plan(
      model, size: size, channels: channels, batch: batch, workers: workers)
    try memory.require(plan.program.arenaBytes, for: "A network for \(batch) photographs of \(size) pixels")
    output = plan.output
    program = try Program(plan.program)
    columns = output.shape.channels
    self.batch = batch
    pixels = size * size * channels
  }

  /// What the network will take, without the memory itself.
  ///
  /// - Throws: `GraphErrors` with every mistake of the model.
  static func plan(
    _ model: some Layer, size: Int, channels: Int, batch: Int = 64, workers: Workers
  ) throws(GraphErrors) -> (program: ProgramPlan, output: Tensor) {
    let graph = GraphBuilder(mode: .inference)
    let output = model.atRoot(graph.input(TrainingStep.InputName.images, [batch, size, size, channels]))
    output.requireRows(batch)
    return (try ProgramPlan(graph, outputs: [output], workers: workers), output)
  }

  /// What it has weights for.
  var variables: [Variable] { program.variables }

  /// Takes the weights of a network that has at least the same variables.
  func load(_ values: (Variable) -> [Float]) {
    for variable in program.variables { program.setVariable(variable.path, to: values(variable)) }
  }

  /// The rows of the images, `[images, columns]`, each as `change` has it.
  func rows(of images: [Image], _ change: (Image) -> Image = { $0 }) -> [Float] {
    var rows: [Float] = []
    rows.reserveCapacity(images.count * columns)
    for start in stride(from: 0, to: images.count, by: batch) {
      let part = images[start..<min(start + batch, images.count)]
      program.withInput(TrainingStep.InputName.images, as: Float.self) { input in
        input.update(repeating: 0)
        for (place, image) in part.enumerated() {
          _ = input[(place * pixels)..<((place + 1) * pixels)].update(
            fromContentsOf: change(image).pixels)
        }
      }
      program.run()
      rows += program.value(of: output, as: Float.self).prefix(part.count * columns)
    }
    return rows
  }
}
