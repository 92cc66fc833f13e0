import Ops

/// A step that is compiled but has no memory yet.
///
/// It ends in one program, which has the variables. Where the batch is one part, that is the whole step;
/// where it is cut into several, there are others before it, with an exchange after each.
struct StepPlan {
  let step: TrainingStep
  /// The whole step, or the update after the last exchange.
  let last: ProgramPlan
  /// The programs before it, if the batch is cut.
  let cut: CutPlan?

  /// Compiles a step.
  ///
  /// - Parameters:
  ///   - chunk: The samples of a part; the whole batch if nil.
  ///   - precision: The precision in which the networks are computed.
  /// - Throws: `GraphErrors` with every mistake of the model.
  init(
    _ step: TrainingStep, chunk: Int? = nil, precision: Precision = .single,
    workers: Workers
  ) throws(GraphErrors) {
    self.step = step
    let options = CompilerOptions.environment(precision)
    if let chunk, chunk < step.definition.form.samples {
      let chunked = try ChunkedStep(cutting: step, chunk: chunk)
      last = try ProgramPlan(chunked.update, outputs: [], workers: workers, options: options)
      cut = try CutPlan(chunked, sharingVariablesOf: last, workers: workers, options: options)
    } else {
      last = try ProgramPlan(
        step.graph, outputs: [step.loss, step.output], workers: workers, options: options)
      cut = nil
    }
  }

  private var plans: [ProgramPlan] { [last] + (cut?.plans ?? []) }

  /// Bytes of memory that its program will take if it computes all parts.
  var byteCount: Int { bytes(ranks: 1) }

  /// Returns the bytes of memory that its program will take on each of some ranks.
  func bytes(ranks: Int) -> Int {
    plans.reduce(cut?.reductionBytes(ranks: ranks) ?? 0) { $0 + $1.arenaBytes }
  }

  /// A sentence for each call on large tensors that has no fast kernel.
  var slowCalls: [String] { plans.flatMap(\.schedule.slowCalls) }
}

/// The programs of a step before its update, where its batch is cut into parts.
struct CutPlan {
  let step: ChunkedStep
  let batch: BatchCut
  let part: ProgramPlan
  let loss: ProgramPlan
  let workers: Workers

  /// - Throws: `GraphErrors` with every mistake of the model.
  init(
    _ step: ChunkedStep, sharingVariablesOf owner: ProgramPlan, workers: Workers, options: CompilerOptions
  ) throws(GraphErrors) {
    self.step = step
    self.workers = workers
    batch = BatchCut(step.definition.form, samplesPerPart: step.chunk)
    part = try ProgramPlan(
      step.part.graph,
      forward: step.definition.read(step.part.results).map(\.rows) + step.part.states.map(\.value),
      outputs: step.part.parameters.map(\.gradient), sharingVariablesOf: owner,
      outputsAsInputs: step.part.parameters.map { ChunkedStep.InputName.sum(of: $0.variable) },
      workers: workers, options: options)
    loss = try ProgramPlan(
      step.loss.graph,
      outputs: [step.loss.value] + step.loss.gradients.map(\.gradient)
        + step.loss.parameters.map(\.gradient),
      sharingVariablesOf: owner, workers: workers, options: options)
  }

  var plans: [ProgramPlan] { [part, loss] }

  private var stateCounts: [Int] { step.part.states.map(\.value.shape.count) }
  private var gradientCounts: [Int] { step.part.parameters.map(\.gradient.shape.count) }

  /// Returns the bytes of the reductions of the parts of each of some ranks.
  func reductionBytes(ranks: Int) -> Int {
    [stateCounts, gradientCounts].reduce(0) {
      $0 + PairwiseReduction.byteCount(of: $1, parts: batch.count / ranks)
    }
  }

  /// Returns the mean of the states of the given number of parts, which is an input of the update.
  func means(parts: Int, for update: Program) -> PairwiseReduction {
    reduction(.mean, parts, step.part.states.map { ChunkedStep.InputName.mean(of: $0.variable) }, update)
  }

  /// Returns the sum of the gradients of the given number of parts, which is an input of the update.
  func sums(parts: Int, for update: Program) -> PairwiseReduction {
    reduction(.sum, parts, step.part.parameters.map { ChunkedStep.InputName.sum(of: $0.variable) }, update)
  }

  private func reduction(
    _ kind: PairwiseReduction.Kind, _ parts: Int, _ names: [String], _ update: Program
  ) -> PairwiseReduction {
    // The memory of an input stays where it is.
    PairwiseReduction(kind, into: names.map { update.withInput($0) { $0 } }, parts: parts, workers: workers)
  }
}
