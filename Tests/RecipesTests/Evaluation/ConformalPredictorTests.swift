import Foundation
import Ops
import Recipes
import Testing

@Suite struct ConformalPredictorTests {
  /// Two classes; the label of each sample has the given probability.
  private func labelled(_ probabilities: [Float], patients: [String]? = nil) throws -> Predictions {
    try Predictions(
      scores: probabilities.flatMap { [$0, 1 - $0] }, classes: 2, labels: probabilities.map { _ in 0 },
      patients: patients ?? probabilities.indices.map { "p\($0)" })
  }

  @Test(arguments: [
    (9, 0.9, 9), (10, 0.9, 10), (19, 0.9, 18), (20, 0.9, 19), (99, 0.9, 90), (100, 0.9, 91), (3, 0.5, 2),
  ])
  func isTheQuantileOfFiniteSamples(count: Int, coverage: Double, rank: Int) throws {
    // rank = ceil((n + 1) coverage), of probabilities in descending order.
    let probabilities = (0..<count).map { Float(1 + $0) / 128 }
    let predictor = try #require(
      ConformalPredictor(calibrating: try labelled(probabilities), coverage: coverage))
    #expect(predictor.threshold == Double(count - rank + 1) / 128)
    #expect(predictor.patients == count)
  }

  @Test func tooFewPatientsGetAllClasses() throws {
    let predictor = try #require(ConformalPredictor(calibrating: try labelled([0.75, 0.5, 1])))
    #expect(predictor.threshold == 0)
    #expect(predictor.classes(of: [0, 0.25, 0.75]) == [2, 1, 0])
    #expect(ConformalPredictor(calibrating: try predictions([[3, 1]], [0])) == nil)
    #expect(ConformalPredictor(calibrating: try predictions([[.nan, 1]], [0])) == nil)
  }

  @Test func manyPhotographsOfAPatientCountOnce() throws {
    // Three patients at a coverage of 1/2: the second of them. One has 50 photographs of 1/8.
    let probabilities: [Float] = [0.75, 0.5] + [Float](repeating: 0.125, count: 50)
    let patients = ["a", "b"] + [String](repeating: "c", count: 50)
    let predictor = ConformalPredictor(
      calibrating: try labelled(probabilities, patients: patients), coverage: 0.5)
    #expect(predictor?.threshold == 0.5)
    #expect(predictor?.classes(of: [0.5, 0.25, 0.25]) == [0])
    #expect(predictor?.classes(of: [0.25, 0.25, 0.25, 0.25]) == [])
  }

  @Test func coversNewPatientsAsOftenAsItSays() throws {
    // 200 times 59 calibration patients and 20 others, with photographs that resemble each other.
    var coverages: [Double] = []
    for trial in 0..<200 {
      var random = CounterGenerator(seed: 5, trial)
      func patients(_ count: Int, _ name: String) throws -> Predictions {
        var (scores, names): ([Float], [String]) = ([], [])
        for patient in 0..<count {
          let skill = random.uniform()
          for _ in 0..<Int.random(in: 1...5, using: &random) {
            let probability = Float(skill * (0.5 + 0.5 * random.uniform()))
            scores += [probability, 1 - probability]
            names.append("\(name)\(patient)")
          }
        }
        return try Predictions(scores: scores, classes: 2, labels: names.map { _ in 0 }, patients: names)
      }
      let predictor = try #require(ConformalPredictor(calibrating: try patients(59, "c"), coverage: 0.8))
      let test = try patients(20, "t")
      let result = ConformalCoverage(of: predictor, on: test, bootstrap: Bootstrap(seed: 1, resamples: 10))
      coverages.append(result.coverage.value)
      #expect(result.guaranteed == 0.8 && result.patients == 20 && result.photographs == test.count)
    }
    // At least 48 of the 60, and at most one more, within three standard errors.
    let mean = coverages.reduce(0, +) / 200
    let variance = coverages.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 199
    let error = (variance / 200).squareRoot()
    #expect(error < 0.01 && mean > 0.8 - 3 * error && mean < 0.8 + 1.0 / 60 + 3 * error, "\(mean)")
  }

  @Test func countsTheSizesOfSets() throws {
    let calibration = try labelled([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    let predictor = try #require(ConformalPredictor(calibrating: calibration))
    #expect(predictor.threshold == 0.5)
    let test = try Predictions(
      scores: [0.5, 0.5, 0, 0.25, 0.25, 0.5, 0.375, 0.375, 0.25, 0, 0, 1], classes: 3, labels: [0, 2, 1, 2],
      patients: ["a", "a", "b", "c"])
    let result = ConformalCoverage(of: predictor, on: test, bootstrap: Bootstrap(seed: 1))
    #expect(result.sizes == [1, 2, 1, 0] && result.empty == 1 && result.whole == 0)
    // Covered: both of a, none of b, that of c. Sizes: (2 + 1) / 2, 0, 1.
    #expect(abs(result.coverage.value - 2.0 / 3) < 1e-12)
    #expect(abs(result.size.value - 2.5 / 3) < 1e-12)
    #expect(result.coverage.low == 0 && result.coverage.high == 1)
  }
}
