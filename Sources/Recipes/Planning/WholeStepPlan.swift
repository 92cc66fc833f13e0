import Ops

/// A step that computes the whole batch at once.
struct WholeStepPlan: StepPlan {
  private let step: TrainingStep
  /// The compiled step.
  let plan: ProgramPlan

  /// - Throws: `GraphErrors` with every mistake of the model.
  init(_ step: TrainingStep, workers: Workers) throws(GraphErrors) {
    self.step = step
    plan = try ProgramPlan(step.graph, outputs: [step.loss, step.output], workers: workers)
  }

  var plans: [ProgramPlan] { [plan] }

  func program() throws(OutOfMemory) -> any StepProgram { try WholeStepProgram(step, Program(plan)) }
}

private final class WholeStepProgram: StepProgram {
  let owner: Program
  private let step: TrainingStep

  init(_ step: TrainingStep, _ program: Program) {
    self.step = step
    owner = program
  }

  func parts(of batch: [ViewKey]) -> [[ViewKey]] {
    let samples = step.definition.form.samples
    return step.definition.images.ranges.map { views in
      Array(batch[views.lowerBound * samples..<views.upperBound * samples])
    }
  }

  func run(
    _ inputs: StepInputs, load: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Double {
    for name in step.definition.images.inputNames { try owner.withInput(name, load) }
    inputs.set(in: owner, of: step.graph)
    try owner.checkedRun()
    return Double(owner.value(of: step.loss, as: Float.self)[0])
  }

  var output: [Float] { owner.value(of: step.output) }
}
