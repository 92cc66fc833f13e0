import Ops

/// A permutation test of the paired difference of two branches (Fisher 1935; Good 2005, chapter 3).
///
/// Under the null hypothesis the branches are exchangeable for each patient: all photographs of a patient
/// change sides together, as they are correlated, and so do all repetitions. The p-value is two-sided: the
/// fraction of exchanges for which the difference is as far from zero as the one found, or further. All
/// exchanges are enumerated if there are at most ``permutations``; otherwise random ones are drawn, and the
/// exchange of no patient is counted with them, so that the p-value is not zero (Phipson and Smyth 2010).
public struct PermutationTest: Sendable {
  /// The seed of the random exchanges.
  public let seed: UInt64
  /// The largest number of exchanges.
  public let permutations: Int

  /// Creates a test with the given number of exchanges.
  ///
  /// - Parameters:
  ///   - seed: The seed of the random exchanges.
  ///   - permutations: The largest number of exchanges.
  public init(seed: UInt64, permutations: Int = 10_000) {
    contract(permutations > 0, "a permutation test needs at least one permutation")
    self.seed = seed
    self.permutations = permutations
  }

  /// The metrics that results test.
  static let metrics: [MetricKind] = [.top1, .balanced, .f1, .brier]

  /// Returns the p-value of a metric's difference between two branches.
  ///
  /// The result is nil if the metric is undefined, or the branches have different numbers of repetitions.
  ///
  /// - Parameters:
  ///   - first: The repetitions of the first branch.
  ///   - second: The repetitions of the second branch, on the same samples.
  ///   - metric: The metric to compare.
  /// - Throws: ``EvaluationError`` unless all have the same labels and patients in the same order.
  public func pValue(
    of first: [Predictions], over second: [Predictions], in metric: MetricKind
  ) throws(EvaluationError) -> Double? {
    guard let one = first.first else { return nil }
    for other in first + second { try one.checkPaired(with: other) }
    return results(of: first, over: second, in: [metric])[metric.key]?.pValue
  }

  /// Returns the tests of several metrics by key, without those that are undefined.
  func results(
    of first: [Predictions], over second: [Predictions], in metrics: [MetricKind]
  ) -> [String: PairedTest] {
    guard first.count == second.count, let sides = ExchangedSides(of: first, over: second, in: metrics) else {
      return [:]
    }
    let observed = sides.differences(exchanging: [Bool](repeating: false, count: sides.patients))
    let isExact = sides.patients < 62 && 1 << sides.patients <= permutations
    let count = isExact ? 1 << sides.patients : permutations
    let perTask = 64
    let counts = Workers.shared.map((count + perTask - 1) / perTask) { task in
      var extremes = [Int](repeating: 0, count: metrics.count)
      for permutation in task * perTask..<min((task + 1) * perTask, count) {
        let found = sides.differences(
          exchanging: isExact ? bits(of: permutation, sides.patients) : coins(permutation, sides.patients))
        for (place, (found, observed)) in zip(found, observed).enumerated() {
          guard let found, let observed else { continue }
          // Up to rounding, as the same difference may be summed in another order.
          if abs(found) >= abs(observed) - 1e-12 { extremes[place] += 1 }
        }
      }
      return extremes
    }
    var tests: [String: PairedTest] = [:]
    for (place, kind) in metrics.enumerated() where observed[place] != nil {
      let extremes = counts.reduce(0) { $0 + $1[place] }
      tests[kind.key] = PairedTest(
        pValue: isExact ? Double(extremes) / Double(count) : Double(extremes + 1) / Double(count + 1))
    }
    return tests
  }

  private func bits(of number: Int, _ count: Int) -> [Bool] { (0..<count).map { number >> $0 & 1 == 1 } }

  private func coins(_ permutation: Int, _ count: Int) -> [Bool] {
    var generator = CounterGenerator(seed: seed, permutation, 1)
    var (coins, random): ([Bool], UInt64) = ([], 0)
    for place in 0..<count {
      if place % 64 == 0 { random = generator.next() }
      coins.append(random >> UInt64(place % 64) & 1 == 1)
    }
    return coins
  }
}

/// The metrics of two branches whose patients can change sides.
private struct ExchangedSides: Sendable {
  /// The number of patients.
  let patients: Int
  private let owners: [Int]
  /// The repetitions on the samples of both branches, of which one half is counted.
  private let repetitions: [EvaluatedRepetition]

  init?(of first: [Predictions], over second: [Predictions], in kinds: [MetricKind]) {
    guard let one = first.first else { return nil }
    let index = PatientIndex(one.patients)
    (patients, owners) = (index.names.count, index.owners)
    let both = zip(first, second).compactMap { first, second in
      try? Predictions(
        scores: first.scores + second.scores, classes: first.classes, labels: first.labels + second.labels,
        patients: first.patients + second.patients)
    }
    repetitions = both.map { EvaluatedRepetition($0, kinds: kinds) }
  }

  /// Returns the differences of the metrics after an exchange of the given patients.
  func differences(exchanging isExchanged: [Bool]) -> [Double?] {
    let samples = owners.count
    var (first, second) = ([Int](repeating: 0, count: 2 * samples), [Int](repeating: 0, count: 2 * samples))
    for (sample, owner) in owners.enumerated() {
      let offset = isExchanged[owner] ? samples : 0
      first[sample + offset] = 1
      second[sample + samples - offset] = 1
    }
    let means = (
      repetitions.mean { $0.metrics(counting: first) }, repetitions.mean { $0.metrics(counting: second) }
    )
    return zip(means.0, means.1).map { Difference.of($0, $1) }
  }
}
