/// The choice of how many groups of ranks train independent stages at the same time.
///
/// More ranks make a training faster, but less than in proportion; so several trainings may take less time
/// side by side, each on fewer ranks, than one after another on all. A group that is free takes the longest
/// training that is left, as the first rank hands them out; the time of a number of groups is that until
/// the last one is done. All ranks stay together unless groups are faster.
struct Spread: Equatable, Sendable {
  /// The number of groups: 1 if all ranks train one stage after another.
  let groups: Int
  /// The estimated seconds.
  let seconds: Double
  /// The estimated seconds of all ranks together; nil if there is a training that they cannot share.
  let secondsTogether: Double?

  /// Groups have to be faster by more than rounding.
  private static let leastGain = 1e-9

  /// Chooses the number of groups that takes the least time; of several, the smallest.
  ///
  /// - Parameters:
  ///   - trainings: For each training, its seconds by the number of ranks; nil for one that cannot share it.
  ///   - ranks: The number of ranks, which the number of groups divides.
  init(of trainings: [(Int) -> Double?], ranks: Int) {
    var best: (groups: Int, seconds: Double)?
    var together: Double?
    for groups in 1...max(1, ranks) where ranks % groups == 0 {
      let seconds = trainings.compactMap { $0(ranks / groups) }
      guard seconds.count == trainings.count else { continue }
      let time = Spread.makespan(seconds, groups: groups)
      if groups == 1 { together = time }
      if let known = best, time >= known.seconds * (1 - Spread.leastGain) { continue }
      best = (groups, time)
    }
    groups = best?.groups ?? 1
    seconds = best?.seconds ?? 0
    secondsTogether = together
  }

  /// Returns the seconds until the last group is done, each of which takes the longest training left.
  static func makespan(_ seconds: [Double], groups: Int) -> Double {
    var free = [Double](repeating: 0, count: groups)
    for training in seconds.sorted(by: >) {
      guard let first = free.indices.min(by: { free[$0] < free[$1] }) else { break }
      free[first] += training
    }
    return free.max() ?? 0
  }
}
