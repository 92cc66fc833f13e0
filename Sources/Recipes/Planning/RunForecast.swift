import Foundation
import Ops

/// What a run takes: memory, disk space and, from a timed step, time.
public struct RunForecast: Sendable {
  /// The memory of each stage, in the order of the pipeline.
  public let memory: [StageMemory]
  /// The largest number of bytes of weights and checkpoints at one time.
  public let disk: Int
  /// The work of each stage, in the order of the pipeline; none for those that are finished.
  public let work: [StageWork]
  /// The seconds that the steps take, without evaluations and slow files; nil if no step could be timed.
  public let seconds: Double?

  /// The number of steps.
  public var steps: Int { work.reduce(0) { $0 + $1.steps * $1.epochs * $1.trainings } }

  /// The disk space, the steps and their time in words.
  public var summary: String {
    let disk = "Its weights and checkpoints take up to \(SystemMemory.text(disk)) of disk."
    guard steps > 0 else { return disk + " All stages are finished." }
    let time =
      seconds.map { "; they take about \(AboutTime.text($0)) here, and evaluations come on top" } ?? ""
    return disk + " It trains \(steps) steps\(time)."
  }
}

extension Pipeline {
  /// Computes what a run takes. Nothing is written, and at most a few steps are run, on empty views.
  ///
  /// - Parameters:
  ///   - dataset: The photographs.
  ///   - folder: The folder of the run: stages that are finished there take no time.
  ///   - size: The side of the views in pixels; by default that of the first photograph.
  ///   - seed: The seed of the run.
  ///   - workers: The threads.
  /// - Throws: `PipelineErrors` with everything that prevents a stage from running.
  public func forecast(
    on dataset: Dataset, in folder: URL, size: Int? = nil, seed: UInt64 = 0, workers: Workers = .shared
  ) throws -> RunForecast {
    let plan = try PipelinePlan(self, on: dataset, size: size, seed: seed, workers: workers)
    let files = StageFiles(folder: folder)
    var searched: Set<String> = []
    let work = plan.stages.map { stage in
      let isFirst = searched.insert(stage.stage.name).inserted
      let points = isFirst ? stage.parts.search?.points.count ?? 1 : 1
      return StageWork(of: stage, trainings: stage.isFinished(in: files) ? 0 : points)
    }
    var seconds: Double?
    if let next = work.firstIndex(where: { $0.trainings > 0 }), work[next].multiplyAdds > 0,
      plan.memory[next].isAvailable(workers), let timed = plan.stages[next].timedStep(workers)
    {
      seconds = work.reduce(0) { $0 + $1.total } * timed / work[next].multiplyAdds
    }
    return RunForecast(
      memory: plan.memory, disk: RunStorage(of: plan.stages).total, work: work, seconds: seconds)
  }
}

extension StageWork {
  fileprivate init(of plan: StagePlan, trainings: Int) {
    self.init(
      stage: plan.stage.title, multiplyAdds: plan.program.multiplyAdds, steps: plan.samples.batchesPerEpoch,
      epochs: plan.optimize.epochs, trainings: trainings)
  }
}

extension StageMemory {
  fileprivate func isAvailable(_ workers: Workers) -> Bool {
    refusal(
      in: .current, resident: ProcessMemory.resident ?? 0, mapped: StageMemory.mapped(by: workers)) == nil
  }
}

extension StagePlan {
  /// Whether the folder has its weights; not known of a search, whose choice is not.
  /// Returns the seconds of a step on empty views and of drawing as many views; nil if it cannot be run
  /// without photographs.
  fileprivate func timedStep(_ workers: Workers) -> Double? {
    guard values == nil, let initial = try? StageWeights(initializing: step.graph, seed: seed),
      let program = try? StepProgram(program)
    else { return nil }
    for variable in step.graph.variables { program.owner.setVariable(variable.path, to: initial[variable]) }
    let form = step.definition.form
    let scheduled = step.graph.scheduledInputs.map { ($0.name, Float($0.schedule.value(at: 0, of: 1))) }
    let rows = form.samples * parts.views.count
    let inputs = StepInputs(
      learningRate: 0, scheduled: Dictionary(scheduled) { first, _ in first },
      labels: form.labels == .none ? nil : [Int32](repeating: 0, count: rows),
      groups: groups == nil ? nil : (0..<form.samples).map { Float($0) })
    var fastest = Double.infinity
    let start = ContinuousClock.now
    for _ in 0..<3 where fastest == .infinity || ContinuousClock.now - start < .seconds(1) {
      let begin = ContinuousClock.now
      guard (try? program.run(inputs) { $0.update(repeating: 0.5) }) != nil else { return nil }
      fastest = min(fastest, (ContinuousClock.now - begin) / .seconds(1))
    }
    return fastest + Double(rows) * secondsOfView / Double(workers.count)
  }

  /// The seconds of drawing a view on one thread.
  private var secondsOfView: Double {
    let photograph = Image(width: 2 * size, height: 2 * size, filledWith: 0.5)
    let count = 4
    let begin = ContinuousClock.now
    for view in 0..<count {
      let line = parts.views.line(of: view)
      _ = line.draw(
        photograph, size: line.size ?? size, seed: 0, stage: 0, epoch: 0, sample: 0, view: view)
    }
    return (ContinuousClock.now - begin) / .seconds(1) / Double(count)
  }
}

extension StepPlan {
  /// The multiplications with additions of a step.
  fileprivate var multiplyAdds: Double {
    func count(_ plan: ProgramPlan, _ isCounted: (Segment) -> Bool = { _ in true }) -> Double {
      plan.schedule.calls.filter { isCounted($0.segment) }
        .reduce(0) { $0 + Double($1.floatingPointOperations) } / 2
    }
    guard let cut else { return count(last) }
    // Each part computes some of the forward pass twice.
    let part = count(cut.part) + count(cut.part) { $0 == .shared }
    return count(last) + Double(cut.batch.count) * part + count(cut.loss)
  }
}
