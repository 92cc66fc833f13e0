/// The inputs of a step besides its views.
struct StepInputs {
  let learningRate: Float
  /// The seed of random masks.
  var seed: UInt64 = 0
  /// The scheduled numbers, by input name.
  let scheduled: [String: Float]
  /// The label of each row's photograph, -1 without one, for an objective that needs labels.
  let labels: [Int32]?
  /// The group of each sample, for a loss that reads groups.
  let groups: [Float]?
  /// The numbers of each row's photograph, for an objective that reads columns, once its views are there.
  var values: (() -> ColumnValues.Rows)?

  /// Sets the inputs that a program has.
  func set(in program: Program) {
    func set(_ name: String, _ values: [Float]?) {
      if let values, program.hasInput(name) { program.setInput(name, to: values) }
    }
    set(TrainingStep.InputName.learningRate, [learningRate])
    if program.hasInput(TrainingStep.InputName.randomSeed) {
      let halves = [seed, seed >> 32].map { Int32(bitPattern: UInt32(truncatingIfNeeded: $0)) }
      program.setInput(TrainingStep.InputName.randomSeed, to: halves)
    }
    set(Pairs.groupsInput, groups)
    if let values, program.hasInput(TrainingBatch.valuesInput) {
      let rows = values()
      set(TrainingBatch.valuesInput, rows.values)
      set(TrainingBatch.isKnownInput, rows.isKnown)
    }
    for (name, value) in scheduled { set(name, [value]) }
    if let labels, program.hasInput(TrainingStep.InputName.labels) {
      program.setInput(TrainingStep.InputName.labels, to: labels)
    }
  }
}

/// The program of a stage's training steps.
package final class StepProgram {
  /// The program that owns the variables.
  package let owner: Program
  private let step: TrainingStep
  private let cut: CutPrograms?

  /// Gives a step its memory.
  ///
  /// - Parameter exchange: What parts of a batch exchange; all of them are computed here unless it says
  ///   otherwise.
  /// - Throws: `OutOfMemory` if the system does not have it.
  init(
    _ plan: StepPlan, exchanging exchange: (BatchCut) -> any Exchange = { LocalExchange($0) }
  ) throws(OutOfMemory) {
    step = plan.step
    owner = try Program(plan.last, sharingVariablesOf: nil)
    if let cut = plan.cut {
      self.cut = try CutPrograms(cut, exchange(cut.batch), sharingVariablesOf: owner)
    } else {
      cut = nil
    }
  }

  /// Compiles a step and gives it its memory, for batches that are no dataset's.
  ///
  /// - Parameters:
  ///   - chunk: The samples of a part; the whole batch if nil.
  ///   - precision: The precision in which the networks are computed.
  ///   - ranks: The processes that compute the parts; this one alone if nil.
  package convenience init(
    _ step: TrainingStep, chunk: Int?, precision: Precision = .single, on ranks: Ranks?,
    workers: Workers
  ) throws {
    try self.init(StepPlan(step, chunk: chunk, precision: precision, workers: workers)) {
      ranks.exchange($0, of: nil)
    }
  }

  /// The views of a batch, in the order and in the pieces in which a step asks for them.
  func pieces(of batch: [ViewKey]) -> [[ViewKey]] {
    if let cut { return cut.pieces(of: batch) }
    return step.definition.images.pieces(of: batch, BatchCut(step.definition.form), part: 0)
  }

  /// Runs one step at a learning rate, without other inputs, and returns its loss.
  ///
  /// - Parameter load: Fills in the next piece of the views.
  package func run(
    learningRate: Float, load: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Double {
    try run(StepInputs(learningRate: learningRate, scheduled: [:], labels: nil, groups: nil), load: load)
  }

  /// Runs one step and returns its loss.
  ///
  /// - Parameter load: Fills in the next piece of the views.
  /// - Throws: What `load` throws; `NonFiniteValue` if numerics are checked.
  func run(
    _ inputs: StepInputs, load: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Double {
    if let cut {
      let loss = try cut.run(inputs, load: load)
      cut.hand(over: owner)
      inputs.set(in: owner)
      try owner.checkedRun()
      return loss
    }
    for name in step.definition.images.inputNames { try owner.withInput(name, load) }
    inputs.set(in: owner)
    try owner.checkedRun()
    return Double(owner.value(of: step.loss, as: Float.self)[0])
  }

  /// The model's outputs in the last step, a row for each view: embeddings, or logits.
  var output: [Float] { cut?.output ?? owner.value(of: step.output) }

  /// Bytes of memory that it takes.
  package var byteCount: Int { owner.arenaBytes + (cut?.byteCount ?? 0) }
}
