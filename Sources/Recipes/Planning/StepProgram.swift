/// What a step is told besides its views.
struct StepInputs {
  let learningRate: Float
  /// The numbers that follow schedules, by the names of their inputs.
  let scheduled: [String: Float]
  /// The label of each row's photograph, -1 without one, for an objective that needs labels.
  let labels: [Int32]?
  /// The group of each sample, for a loss that asks for groups.
  let groups: [Float]?
  /// The numbers of each row's photograph, for an objective that reads columns, once its views are there.
  var values: (() -> ColumnValues.Rows)?

  /// Gives a program those that it has inputs for.
  func set(in program: Program, of graph: GraphBuilder) {
    let names = Set(graph.inputs.map(\.name))
    func set(_ name: String, _ values: [Float]?) {
      if let values, names.contains(name) { program.setInput(name, to: values) }
    }
    set(TrainingStep.InputName.learningRate, [learningRate])
    set(Pairs.groupsInput, groups)
    if let values, names.contains(TrainingBatch.valuesInput) {
      let rows = values()
      set(TrainingBatch.valuesInput, rows.values)
      set(TrainingBatch.isKnownInput, rows.isKnown)
    }
    for (name, value) in scheduled { set(name, [value]) }
    if let labels, names.contains(TrainingStep.InputName.labels) {
      program.setInput(TrainingStep.InputName.labels, to: labels)
    }
  }
}

/// A step that is compiled but has no memory yet.
protocol StepPlan {
  /// What its program is made of.
  var plans: [ProgramPlan] { get }

  /// Gives it its memory.
  ///
  /// - Throws: `OutOfMemory` if the system does not have it.
  func program() throws(OutOfMemory) -> any StepProgram
}

extension StepPlan {
  /// Bytes of memory that its program will take.
  var byteCount: Int { plans.reduce(0) { $0 + $1.arenaBytes } }

  /// A sentence for each call on large tensors that has no fast kernel.
  var slowCalls: [String] { plans.flatMap(\.schedule.slowCalls) }
}

/// What computes the steps of a stage.
protocol StepProgram: AnyObject {
  /// What holds the variables.
  var owner: Program { get }

  /// The parts of a batch in the order in which a step asks for their views.
  func parts(of batch: [ViewKey]) -> [[ViewKey]]

  /// One step, and its loss.
  ///
  /// - Parameter load: Fills in the views of the next part.
  /// - Throws: What `load` throws; `NonFiniteValue` if numerics are checked.
  func run(_ inputs: StepInputs, load: (UnsafeMutableBufferPointer<Float>) throws -> Void) throws -> Double

  /// The model's results of the last step, a row for each view: embeddings, or logits.
  var output: [Float] { get }
}
