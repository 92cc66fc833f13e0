import Ops

/// The estimated times of trainings on some of a run's ranks, by the model of their steps.
///
/// The rates of the first rank's processors are measured when a stage of the precision needs them; every rank
/// counts as a machine of its own.
final class RankTimes {
  private let ranks: Ranks
  private let workers: Workers
  private var rates: [Precision: MachineRates] = [:]

  init(on ranks: Ranks, workers: Workers) { (self.ranks, self.workers) = (ranks, workers) }

  /// Returns the seconds of a stage's training on some ranks; 0 if there is no memory for the measurement.
  func seconds(of stage: StagePlan, ranks count: Int) -> Double {
    guard let rates = rates(in: stage.precision) else { return 0 }
    return Cluster(machines: ranks.count, bitsPerSecond: ranks.bitsPerSecond, rates: rates)
      .seconds(of: stage, ranks: count)
  }

  private func rates(in precision: Precision) -> MachineRates? {
    if let known = rates[precision] { return known }
    rates[precision] = try? .measured(in: precision, by: workers)
    return rates[precision]
  }
}
