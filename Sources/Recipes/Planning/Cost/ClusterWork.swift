import Foundation
import Ops

/// The work of a run on machines of the kind of this one, and its time on a number of them.
struct ClusterWork {
  private let dataset: Dataset
  private let files: StageFiles
  private let rates: MachineRates
  private let bitsPerSecond: Double
  // Of each stage, for one thread; and of each photograph, for all.
  private let secondsOfView: [Double]
  private let secondsOfPhotograph: Double
  private let evaluations: Double

  /// Measures the drawing of views and the reading of photographs.
  ///
  /// - Parameter plan: The run on one machine.
  init(
    of plan: PipelinePlan, on dataset: Dataset, in files: StageFiles, checkingEvery interval: Int,
    page: RunReport.Options?, rates: MachineRates, bitsPerSecond: Double
  ) {
    (self.dataset, self.files) = (dataset, files)
    (self.rates, self.bitsPerSecond) = (rates, bitsPerSecond)
    secondsOfView = plan.stages.map(\.secondsOfView)
    secondsOfPhotograph = dataset.secondsToRead / Double(rates.threads)
    let work = WorkLeft(of: plan, in: files).stages
    let other = OtherWork(
      of: plan, left: work, on: dataset, checkingEvery: interval, page: page, in: files)
    let next = work.firstIndex { $0.trainings > 0 && $0.multiplyAdds > 0 }
    let secondsOfMultiplyAdd = next.flatMap { index -> Double? in
      let network = try? plan.inference.plan(of: plan.stages[index].parts.encoder).program
      return network.map { rates.seconds(of: $0.costs()) / $0.multiplyAdds() }
    }
    evaluations = other.seconds(secondsOfMultiplyAdd ?? 0, threads: rates.threads)
  }

  /// The seconds of a run, and the bytes that each machine sends.
  struct Taken {
    var steps = StepTime()
    /// The evaluations, results and report, by the first machine alone.
    var evaluations = 0.0
    /// Decoding photographs, of which each machine keeps those that it has drawn views of.
    var photographs = 0.0
    /// The bytes of the step that sends most, and of all.
    var (bytesPerStep, bytes) = (0.0, 0.0)

    var total: Double { steps.total + evaluations + photographs }

    /// The parts with what each is lost to where machines do not share it evenly.
    var parts: [(seconds: Double, loss: String)] {
      [
        (steps.views, "views"), (steps.networks, "small chunks"), (steps.weights, "updates by all"),
        (steps.network, "the network"), (evaluations, "evaluations"), (photographs, "decoding by all"),
      ]
    }
  }

  /// Returns the seconds and the bytes of a run on a number of machines.
  func taken(by machines: Int, _ plan: PipelinePlan) -> Taken {
    let cluster = Cluster(machines: machines, bitsPerSecond: bitsPerSecond, rates: rates)
    var taken = Taken()
    var epochs = 0
    for (index, work) in WorkLeft(of: plan, in: files).stages.enumerated() where work.trainings > 0 {
      let step = plan.stages[index].cost(secondsOfView: secondsOfView[index])
      let count = Double(work.steps * work.epochs * work.trainings)
      taken.steps.add(cluster.time(of: step, ranks: machines), times: count)
      taken.bytesPerStep = max(taken.bytesPerStep, step.bytesSent(ranks: machines))
      taken.bytes += step.bytesSent(ranks: machines) * count
      epochs += work.epochs * work.trainings
    }
    taken.evaluations = evaluations
    // The share of the photographs that a machine has drawn after all epochs.
    let share = dataset.isInFiles ? 1 - pow(1 - 1 / Double(machines), Double(epochs)) : 1
    taken.photographs = share * Double(dataset.photographs.count) * secondsOfPhotograph
    return taken
  }

  /// Returns a sentence for each wave of trainings side by side on groups of machines.
  func spread(of plan: PipelinePlan, on machines: Int) throws -> [String] {
    let cluster = Cluster(machines: machines, bitsPerSecond: bitsPerSecond, rates: rates)
    let work = WorkLeft(of: plan, in: files).stages
    return try SpreadForecast(of: plan, left: work, ranks: machines) { stage, ranks in
      guard let index = plan.stages.firstIndex(where: { $0.hash == stage.hash }) else { return 0 }
      return cluster.seconds(of: stage, ranks: ranks, secondsOfView: secondsOfView[index])
    }.sentences
  }

  /// Returns the row of a number of machines.
  ///
  /// - Parameter alone: The seconds and the bytes on one.
  func row(of plan: PipelinePlan, machines: Int, alone: Taken) -> ClusterForecast.Row {
    let taken = taken(by: machines, plan)
    let lost = zip(taken.parts, alone.parts).map { part, alone in
      (seconds: Double(machines) * part.seconds - alone.seconds, loss: part.loss)
    }
    return ClusterForecast.Row(
      machines: machines, seconds: taken.total,
      efficiency: alone.total / max(Double(machines) * taken.total, 1e-9),
      memory: plan.memory.map(\.total).max() ?? 0, bytesPerStep: Int(taken.bytesPerStep),
      bytes: taken.bytes * Double(machines),
      loss: machines > 1 ? lost.max { $0.seconds < $1.seconds }?.loss : nil)
  }
}

extension Dataset {
  /// Whether its photographs are files, which machines read as they need them.
  fileprivate var isInFiles: Bool {
    if case .file = photographs[0].content { true } else { false }
  }

  /// The seconds in which a thread reads a photograph: the mean of a few.
  fileprivate var secondsToRead: Double {
    let count = min(4, photographs.count)
    let begin = ContinuousClock.now
    for place in 0..<count { _ = try? image(at: place * photographs.count / count) }
    return (ContinuousClock.now - begin) / .seconds(1) / Double(count)
  }
}
