import Ops

/// The estimated times of trainings on some of a run's ranks, by the model of their steps.
///
/// The rates of the first rank's processors are measured when a stage of the precision needs them; every rank
/// counts as a machine of its own.
final class RankTimes {
  private let ranks: Ranks
  private let workers: Workers
  // Nil where there was no memory for the measurement.
  private var rates: [Precision: MachineRates?] = [:]

  init(on ranks: Ranks, workers: Workers) { (self.ranks, self.workers) = (ranks, workers) }

  /// Returns the seconds of a stage's training on some ranks; 0 if there is no memory for the measurement.
  func seconds(of stage: StagePlan, ranks count: Int) -> Double {
    let known = rates[stage.precision] ?? (try? .measured(in: stage.precision, by: workers))
    rates[stage.precision] = .some(known)
    guard let rates = known else { return 0 }
    return Cluster(machines: ranks.count, bitsPerSecond: ranks.bitsPerSecond, rates: rates)
      .seconds(of: stage, ranks: count)
  }
}
