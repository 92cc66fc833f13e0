import Ops

/// A step that computes a batch chunk by chunk; see ``ChunkedStep``.
struct ChunkedStepPlan: StepPlan {
  fileprivate let step: ChunkedStep
  fileprivate let update: ProgramPlan
  fileprivate let embedding: ProgramPlan
  fileprivate let loss: ProgramPlan
  fileprivate let gradient: ProgramPlan

  /// - Throws: `GraphErrors` with every mistake of the model.
  init(_ step: ChunkedStep, workers: Workers) throws(GraphErrors) {
    self.step = step
    update = try ProgramPlan(step.update, outputs: [], workers: workers)
    embedding = try ProgramPlan(
      step.embedding.graph, outputs: step.definition.read(step.embedding.results).map(\.rows),
      sharingVariablesOf: update, workers: workers)
    loss = try ProgramPlan(
      step.loss.graph,
      outputs: [step.loss.value] + step.loss.gradients.map(\.gradient),
      sharingVariablesOf: update, workers: workers)
    gradient = try ProgramPlan(step.gradient, outputs: [], sharingVariablesOf: update, workers: workers)
  }

  var plans: [ProgramPlan] { [update, embedding, loss, gradient] }

  func program() throws(OutOfMemory) -> any StepProgram { try ChunkedStepProgram(self) }
}

private final class ChunkedStepProgram: StepProgram {
  let owner: Program
  private let step: ChunkedStep
  private let embedding: Program
  private let loss: Program
  private let gradient: Program

  init(_ plan: ChunkedStepPlan) throws(OutOfMemory) {
    step = plan.step
    owner = try Program(plan.update)
    embedding = try Program(plan.embedding, sharingVariablesOf: owner)
    loss = try Program(plan.loss, sharingVariablesOf: owner)
    gradient = try Program(plan.gradient, sharingVariablesOf: owner)
  }

  private var samples: Int { step.definition.form.samples }
  private var views: Int { step.definition.form.views }
  private var chunks: Range<Int> { 0..<samples / step.chunk }

  // The results of every chunk, then every chunk once more for its gradient.
  func parts(of batch: [ViewKey]) -> [[ViewKey]] {
    let ranges = step.definition.images.ranges
    let chunks = chunks.flatMap { chunk in
      ranges.map { views in views.flatMap { view in batch[rows(of: chunk, view)] } }
    }
    return chunks + chunks
  }

  func run(
    _ inputs: StepInputs, load: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Double {
    for (program, graph) in [
      (embedding, step.embedding.graph), (gradient, step.gradient), (owner, step.update),
    ] { inputs.set(in: program, of: graph) }
    let images = step.definition.images.inputNames
    let hasStates = !step.embedding.states.isEmpty
    let results = step.definition.read(step.embedding.results)
    for chunk in chunks {
      for name in images { try embedding.withInput(name, load) }
      if hasStates { embedding.setInput(ChunkedStep.InputName.share, to: [1 / Float(chunk + 1)]) }
      try embedding.checkedRun()
      for (name, rows) in results { gather(rows, name, chunk) }
    }
    inputs.set(in: loss, of: step.loss.graph)
    try loss.checkedRun()
    let gradients = step.loss.gradients.map { ($0.name, loss.value(of: $0.gradient, as: Float.self)) }
    for chunk in chunks {
      for name in images { try gradient.withInput(name, load) }
      for (name, rows) in gradients { scatter(rows, name, chunk) }
      try gradient.checkedRun()
    }
    try owner.checkedRun()
    return Double(loss.value(of: step.loss.value, as: Float.self)[0])
  }

  // The loss has been given those of every chunk.
  var output: [Float] { loss.withInput(ChunkedStep.InputName.online) { Array($0) } }

  // The rows of one view of a chunk within the batch.
  private func rows(of chunk: Int, _ view: Int) -> Range<Int> {
    let first = view * samples + chunk * step.chunk
    return first..<first + step.chunk
  }

  // A chunk's rows of a result, to their places in the loss's input.
  private func gather(_ result: Tensor, _ name: String, _ chunk: Int) {
    let values = embedding.value(of: result, as: Float.self)
    let part = values.count / views
    loss.withInput(name, as: Float.self) { batch in
      let width = batch.count / (views * samples)
      for view in 0..<views {
        let place = rows(of: chunk, view).lowerBound * width
        _ = batch[place..<place + part].update(fromContentsOf: values[view * part..<(view + 1) * part])
      }
    }
  }

  // The loss's gradient for a chunk's rows.
  private func scatter(_ gradients: [Float], _ name: String, _ chunk: Int) {
    gradient.withInput(name, as: Float.self) { rows in
      let (part, width) = (rows.count / views, gradients.count / (views * samples))
      for view in 0..<views {
        let place = self.rows(of: chunk, view).lowerBound * width
        _ = rows[view * part..<(view + 1) * part].update(fromContentsOf: gradients[place..<place + part])
      }
    }
  }
}
