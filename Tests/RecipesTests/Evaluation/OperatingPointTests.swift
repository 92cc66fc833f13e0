import Recipes
import Testing

@Suite struct OperatingPointTests {
  /// Scores of class 1, with labels.
  private func scored(_ scores: [Float], _ labels: [Int]) throws -> Predictions {
    try predictions(scores.map { [0, $0] }, labels)
  }

  private func point(_ target: OperatingPoint.Target, _ validation: Predictions) -> OperatingPoint? {
    OperatingPoint(
      of: 1, reaching: target, on: validation, test: validation, bootstrap: Bootstrap(seed: 1, resamples: 50))
  }

  @Test func isTheMostThatReachesTheTarget() throws {
    let validation = try scored([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3], [1, 0, 1, 0, 1, 0, 0])
    for (wanted, threshold) in [(0.3, 0.9), (0.5, 0.7), (0.6, 0.7), (0.7, 0.5), (1, 0.5)] as [(Double, Float)]
    {
      #expect(point(.sensitivity(wanted), validation)?.threshold == Double(threshold))
    }
    for (wanted, threshold) in [(1, 0.9), (0.75, 0.7), (0.6, 0.7), (0.5, 0.5), (0, 0.3)] as [(Double, Float)]
    {
      #expect(point(.specificity(wanted), validation)?.threshold == Double(threshold))
    }
    let half = try #require(point(.sensitivity(0.6), validation))
    #expect(half.validation.sensitivity == 2.0 / 3 && half.validation.specificity == 0.75)
    #expect(half.validation.positivePredictiveValue == 2.0 / 3)
    #expect(half.validation.negativePredictiveValue == 0.75)
    #expect(
      half.summary
        == "The threshold is chosen for a sensitivity of 60.0 % on validation, which is 66.7 % with "
        + "this threshold.")
  }

  @Test func isAppliedToTest() throws {
    let validation = try scored([0.75, 0.5, 0.25], [1, 1, 0])
    let test = try scored([0.5, 0.5, 0.25, 0.25, 0.75], [1, 0, 1, 0, 0])
    let point = try #require(
      OperatingPoint(
        of: 1, reaching: .sensitivity(1), on: validation, test: test, bootstrap: Bootstrap(seed: 1)))
    #expect(point.threshold == 0.5 && point.validation.sensitivity == 1 && point.validation.specificity == 1)
    #expect(point.test.sensitivity.value == 0.5 && point.test.sensitivity.low == 0)
    #expect(point.test.specificity.value == 1.0 / 3)
    #expect(point.test.positivePredictiveValue.value == 1.0 / 3)
    #expect(point.test.negativePredictiveValue.value == 0.5)
    #expect(point.summary == "The threshold is chosen for a sensitivity of 100.0 % on validation.")
  }

  @Test func tiesAreOnOneSide() throws {
    let validation = try scored([0.5, 0.5, 0.5, 0.25], [1, 0, 1, 0])
    let sensitive = try #require(point(.sensitivity(0.5), validation))
    #expect(sensitive.threshold == 0.5 && sensitive.validation.sensitivity == 1)
    let specific = try #require(point(.specificity(0.9), validation))
    #expect(specific.threshold == .infinity && specific.validation.sensitivity == 0)
    #expect(
      specific.validation.positivePredictiveValue.isNaN && specific.test.positivePredictiveValue.value.isNaN)
    #expect(
      specific.summary == "Only with no photograph positive is there a specificity of 90.0 % on validation.")
  }

  @Test func undefinedOnes() throws {
    #expect(point(.sensitivity(0.5), try scored([0.5, 0.25], [1, 1])) == nil)
    #expect(point(.sensitivity(0.5), try scored([0.5, 0.25], [0, 0])) == nil)
    let broken = try scored([.nan, 0.5], [1, 0])
    #expect(point(.sensitivity(0.5), broken) == nil)
    #expect(point(.specificity(0.5), broken)?.threshold == .infinity)
  }
}
