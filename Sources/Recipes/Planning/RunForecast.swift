import Foundation
import Ops

/// What a run takes: memory, disk space and, from a timed step, time.
public struct RunForecast: Sendable {
  /// The memory of each stage, in the order of the pipeline.
  public let memory: [StageMemory]
  /// The largest number of bytes of weights, checkpoints and the report at one time, without cached
  /// photographs.
  public let disk: Int
  /// The work of each stage, in the order of the pipeline; none for those that are finished.
  public let work: [StageWork]
  /// The seconds that the steps take, without slow files; nil if no step could be timed.
  public let seconds: Double?
  /// The seconds that evaluations, results and the report take: an estimate by the numbers of photographs,
  /// classes and branches; nil if no step could be timed.
  public let otherSeconds: Double?

  /// The number of steps.
  public var steps: Int { work.reduce(0) { $0 + $1.steps * $1.epochs * $1.trainings } }

  /// The disk space, what is left of the run, the steps and their time in words.
  public var summary: String {
    let disk = "Its weights, checkpoints and report take up to \(SystemMemory.text(disk)) of disk."
    let left = work.filter { $0.trainings > 0 }
    if left.isEmpty { return disk + " All stages are finished." }
    let names = left.map { $0.stage.shortened(to: 60) }.listed(upTo: 5)
    let count = work.count - left.count
    let finished =
      count == 0
      ? ""
      : " \(count) of \(work.count) stages \(count == 1 ? "is" : "are") finished; left to train: \(names)."
    let time = seconds.map { "; they take about \(AboutTime.text($0)) here" } ?? ""
    let others =
      otherSeconds.map { ", evaluations and the report about \(AboutTime.text($0)) more (estimates)" } ?? ""
    return disk + finished + " It trains \(steps) steps\(time)\(others)."
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
  ///   - interval: The number of epochs between evaluations during pretraining.
  ///   - page: What the report of the run shows; nil if it makes none.
  ///   - workers: The threads.
  /// - Throws: `PipelineErrors` with everything that prevents a stage from running.
  public func forecast(
    on dataset: Dataset, in folder: URL, size: Int? = nil, seed: UInt64 = 0,
    checkingEvery interval: Int = 5, page: RunReport.Options? = RunReport.Options(),
    workers: Workers = .shared
  ) throws -> RunForecast {
    let plan = try PipelinePlan(self, on: dataset, size: size, seed: seed, workers: workers)
    let files = StageFiles(folder: folder)
    let work = WorkLeft(of: plan, in: files).stages
    var (seconds, otherSeconds): (Double?, Double?)
    // A step on features is too short to tell the time of others.
    let left = work.indices.filter { work[$0].trainings > 0 }
    if let next = left.first(where: { !plan.stages[$0].isOnFeatures }) ?? left.first,
      work[next].multiplyAdds > 0, plan.memory[next].isAvailable(workers),
      let timed = plan.stages[next].timedStep(workers)
    {
      let multiplyAdds = work.reduce(0) { $0 + $1.total }
      seconds = multiplyAdds * (timed.step + timed.views) / work[next].multiplyAdds
      // Evaluations are in single precision.
      let isOfOthers = plan.stages[next].isOnFeatures || plan.stages[next].precision != .single
      let rate =
        isOfOthers
        ? plan.secondsOfMultiplyAdd(of: plan.stages[next].parts.encoder)
        : timed.step / work[next].multiplyAdds
      let other = OtherWork(
        of: plan, left: work, on: dataset, checkingEvery: interval, page: page, in: files)
      otherSeconds = rate.map { other.seconds($0, threads: workers.count) }
    }
    let report = page.map { ReportStorage(of: plan, on: dataset, $0).total } ?? 0
    return RunForecast(
      memory: plan.memory, disk: RunStorage(of: plan.stages).total + report, work: work, seconds: seconds,
      otherSeconds: otherSeconds)
  }
}

extension StageMemory {
  fileprivate func isAvailable(_ workers: Workers) -> Bool {
    refusal(
      in: .current, resident: ProcessMemory.resident ?? 0, mapped: StageMemory.mapped(by: workers)) == nil
  }
}

extension PipelinePlan {
  /// Returns the seconds of a multiplication with an addition in a network on empty photographs; nil if it
  /// cannot be run.
  fileprivate func secondsOfMultiplyAdd(of network: LayerSequence) -> Double? {
    guard let plan = try? inference.plan(of: network), let network = try? InferenceNetwork(plan) else {
      return nil
    }
    let empty = [Float](repeating: 0.5, count: plan.elements)
    _ = network.rows(1) { _ in empty }  // touches the memory
    let start = ContinuousClock.now
    _ = network.rows(plan.batch) { _ in empty }
    return (ContinuousClock.now - start) / .seconds(1) / plan.program.multiplyAdds()
  }
}

extension StagePlan {
  /// Returns the seconds of a step on empty views, and of drawing as many views; nil if it cannot be run
  /// without photographs.
  fileprivate func timedStep(_ workers: Workers) -> (step: Double, views: Double)? {
    guard values == nil, let initial = try? StageWeights(initializing: step.graph, seed: seed),
      let program = try? StepProgram(program, exchanging: { LocalExchange($0, ofEqualParts: true) })
    else { return nil }
    for variable in trainedVariables { program.owner.setVariable(variable.path, to: initial[variable]) }
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
    let views = isOnFeatures ? 0 : Double(rows) * secondsOfView
    return (fastest, views / Double(workers.count))
  }

  /// The seconds of drawing a view on one thread.
  var secondsOfView: Double {
    let photograph = Image(width: 2 * size, height: 2 * size, filledWith: 0.5)
    // All of them, as they may be of several sizes.
    let count = max(4, parts.views.count)
    let begin = ContinuousClock.now
    for view in 0..<count {
      _ = parts.views.line(of: view).draw(
        photograph, size: parts.views.size(of: view, in: size), seed: 0, stage: 0, epoch: 0, sample: 0,
        view: view)
    }
    return (ContinuousClock.now - begin) / .seconds(1) / Double(count)
  }
}
