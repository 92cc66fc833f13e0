import Ops

/// A step that computes a batch chunk by chunk; see ``ChunkedStep``.
struct ChunkedStepPlan: StepPlan {
  fileprivate let step: ChunkedStep
  fileprivate let pairs: Int
  fileprivate let chunk: Int
  fileprivate let update: ProgramPlan
  fileprivate let embedding: ProgramPlan
  fileprivate let loss: ProgramPlan
  fileprivate let gradient: ProgramPlan

  /// - Parameters:
  ///   - pairs: The pairs of a batch.
  ///   - chunk: The pairs of a chunk.
  /// - Throws: `GraphErrors` with every mistake of the model.
  init(_ step: ChunkedStep, pairs: Int, chunk: Int, workers: Workers) throws(GraphErrors) {
    self.step = step
    self.pairs = pairs
    self.chunk = chunk
    update = try ProgramPlan(step.update, outputs: [], workers: workers)
    let batch = step.embedding.batch
    embedding = try ProgramPlan(
      step.embedding.graph, outputs: [batch.online, batch.predicted, batch.target],
      updatingVariables: false, sharingVariablesOf: update, workers: workers)
    loss = try ProgramPlan(
      step.loss.graph,
      outputs: [step.loss.value, step.loss.online] + [step.loss.predicted].compactMap { $0 },
      sharingVariablesOf: update, workers: workers)
    gradient = try ProgramPlan(step.gradient, outputs: [], sharingVariablesOf: update, workers: workers)
  }

  var byteCount: Int { [update, embedding, loss, gradient].reduce(0) { $0 + $1.arenaBytes } }

  func program() -> any StepProgram { ChunkedStepProgram(self) }
}

private final class ChunkedStepProgram: StepProgram {
  let owner: Program
  private let plan: ChunkedStepPlan
  private let embedding: Program
  private let loss: Program
  private let gradient: Program

  init(_ plan: ChunkedStepPlan) {
    self.plan = plan
    owner = Program(plan.update)
    embedding = Program(plan.embedding, sharingVariablesOf: owner)
    loss = Program(plan.loss, sharingVariablesOf: owner)
    gradient = Program(plan.gradient, sharingVariablesOf: owner)
  }

  // The embeddings of every chunk, then every chunk once more for its gradient.
  func parts(of batch: [ViewRequest]) -> [[ViewRequest]] {
    let chunks = (0..<plan.pairs / plan.chunk).map { chunk in
      (0..<2).flatMap { view in batch[rows(of: chunk, view)] }
    }
    return chunks + chunks
  }

  func run(
    _ inputs: StepInputs, load: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Double {
    let (step, chunks) = (plan.step, 0..<plan.pairs / plan.chunk)
    inputs.set(in: loss, of: step.loss.graph)
    let batch = step.embedding.batch
    for chunk in chunks {
      try embedding.withInput(TrainingStep.InputName.images, load)
      try embedding.checkedRun()
      gather(batch.online, ChunkedStep.InputName.online, chunk)
      gather(batch.predicted, ChunkedStep.InputName.predicted, chunk)
      gather(batch.target, ChunkedStep.InputName.target, chunk)
    }
    try loss.checkedRun()
    let online = loss.value(of: step.loss.online, as: Float.self)
    let predicted = step.loss.predicted.map { loss.value(of: $0, as: Float.self) }
    for chunk in chunks {
      try gradient.withInput(TrainingStep.InputName.images, load)
      scatter(online, ChunkedStep.InputName.online, chunk)
      if let predicted { scatter(predicted, ChunkedStep.InputName.predicted, chunk) }
      try gradient.checkedRun()
    }
    inputs.set(in: owner, of: step.update)
    try owner.checkedRun()
    return Double(loss.value(of: step.loss.value, as: Float.self)[0])
  }

  // The loss has been given those of every chunk.
  var output: [Float] { loss.withInput(ChunkedStep.InputName.online) { Array($0) } }

  // The rows of one view of a chunk within the batch.
  private func rows(of chunk: Int, _ view: Int) -> Range<Int> {
    let first = view * plan.pairs + chunk * plan.chunk
    return first..<first + plan.chunk
  }

  // A chunk's rows of an embedding, to their places in the loss's input, if it has one of that name.
  private func gather(_ rows: Tensor, _ name: String, _ chunk: Int) {
    guard plan.step.loss.graph.inputs.contains(where: { $0.name == name }) else { return }
    let values = embedding.value(of: rows, as: Float.self)
    let half = values.count / 2
    loss.withInput(name, as: Float.self) { batch in
      let width = batch.count / (2 * plan.pairs)
      for view in 0..<2 {
        let place = self.rows(of: chunk, view).lowerBound * width
        _ = batch[place..<place + half].update(fromContentsOf: values[view * half..<(view + 1) * half])
      }
    }
  }

  // The loss's gradient for a chunk's rows.
  private func scatter(_ gradients: [Float], _ name: String, _ chunk: Int) {
    gradient.withInput(name, as: Float.self) { part in
      let (half, width) = (part.count / 2, gradients.count / (2 * plan.pairs))
      for view in 0..<2 {
        let place = rows(of: chunk, view).lowerBound * width
        _ = part[view * half..<(view + 1) * half].update(fromContentsOf: gradients[place..<place + half])
      }
    }
  }
}
