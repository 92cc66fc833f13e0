import Ops
import Recipes
import Testing

@Suite struct PermutationTestTests {
  /// Predictions that are right where `hits` says so.
  private func accuracy(_ hits: [Bool], patients: [String]) throws -> Predictions {
    try Predictions(
      scores: hits.flatMap { $0 ? [1, 0] as [Float] : [0, 1] }, classes: 2, labels: hits.map { _ in 0 },
      patients: patients)
  }

  @Test func enumeratesFewPatients() throws {
    // Differences by patient: +2, +1, +1, 0. Of 16 exchanges the sum is 4 or -4 in 2 * 2.
    let patients = ["a", "a", "b", "c", "d"]
    let better = try accuracy([true, true, true, true, true], patients: patients)
    let worse = try accuracy([false, false, false, false, true], patients: patients)
    let test = PermutationTest(seed: 1)
    #expect(try test.pValue(of: [better], over: [worse], in: .top1) == 4.0 / 16)
    #expect(try test.pValue(of: [worse], over: [better], in: .top1) == 4.0 / 16)
    #expect(try test.pValue(of: [better], over: [better], in: .top1) == 1)
    // Photographs as patients of their own: 5 differ at 4, so the extremes are 2 * 2 of 32.
    let alone = patients.indices.map { "\($0)" }
    #expect(
      try test.pValue(
        of: [accuracy([true, true, true, true, true], patients: alone)],
        over: [accuracy([false, false, false, false, true], patients: alone)], in: .top1) == 4.0 / 32)
  }

  @Test func randomExchangesApproachTheExactTest() throws {
    let first = try randomPredictions(samples: 36, classes: 3, seed: 1, skill: 4)
    let second = try randomPredictions(samples: 36, classes: 3, seed: 1, skill: 4)
    var random = CounterGenerator(seed: 2)
    let worse = try Predictions(
      scores: second.scores.map { random.chance(0.25) ? 5 : $0 }, classes: 3, labels: second.labels,
      patients: second.patients)
    for metric in [MetricKind.top1, .balanced, .auc] {
      let exact = try #require(
        try PermutationTest(seed: 1).pValue(of: [first], over: [worse], in: metric))  // 2^12 exchanges
      let drawn = try #require(
        try PermutationTest(seed: 1, permutations: 4000).pValue(of: [first], over: [worse], in: metric))
      #expect(abs(exact - drawn) < 4 * (exact * (1 - exact) / 4000).squareRoot() + 1.0 / 4000)
      #expect(abs(exact * 4096 - (exact * 4096).rounded()) < 1e-9)
      #expect(abs(drawn * 4001 - (drawn * 4001).rounded()) < 1e-9)
    }
  }

  @Test func pValuesAreUniformWithoutADifference() throws {
    var low = 0
    for trial in 0..<200 {
      var random = CounterGenerator(seed: 3, trial)
      let patients = (0..<60).map { "\($0 / 3)" }
      // Photographs of a patient are right or wrong together.
      func branch() throws -> Predictions {
        let right = (0..<20).map { _ in random.chance(0.6) }
        return try accuracy((0..<60).map { right[$0 / 3] }, patients: patients)
      }
      let test = PermutationTest(seed: UInt64(trial), permutations: 200)
      if try #require(try test.pValue(of: [branch()], over: [branch()], in: .top1)) <= 0.1 { low += 1 }
    }
    // At most a tenth, 20, and 3 deviations of 4.2; less because differences are whole numbers.
    #expect((4...33).contains(low), "\(low)")
  }

  @Test func resultsHaveAdjustedTests() throws {
    let patients = (0..<6).map { "\($0)" }
    let all = try accuracy([true, true, true, true, true, true], patients: patients)
    let half = try accuracy([true, true, true, false, false, false], patients: patients)
    let none = try accuracy([false, false, false, false, false, false], patients: patients)
    let results = try Results(
      evaluating: [("none", none), ("half", half), ("all", all)], seconds: 0, seed: 0)
    let tests = try results.differences.map { try #require($0.test(of: .top1)) }
    // Three or six differences of equal sign: 2 of 8 and 2 of 64. Holm: 3 times the least, then twice, then
    // once, but none less than the one before.
    #expect(tests.map(\.pValue) == [0.25, 0.03125, 0.25])
    #expect(tests.map(\.adjusted) == [0.5, 0.09375, 0.5])
  }

  @Test func undefinedAndUnpairedDifferencesHaveNoTest() throws {
    let patients = ["a", "b"]
    let one = try accuracy([true, true], patients: patients)
    let test = PermutationTest(seed: 1)
    #expect(try test.pValue(of: [one], over: [one], in: .auc) == nil)  // one class
    #expect(try test.pValue(of: [one, one], over: [one], in: .top1) == nil)
    #expect(try test.pValue(of: [one, one], over: [one, one], in: .top1) == 1)
    #expect(throws: EvaluationError.self) {
      try test.pValue(of: [one], over: [accuracy([true, true], patients: ["a", "c"])], in: .top1)
    }
  }
}
