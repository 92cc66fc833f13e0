import Recipes
import Testing

@Suite struct BalancedAccuracyTests {
  @Test func averagesSensitivitiesOfThePresentClasses() throws {
    // Class 0: 3 of 4; class 1: 0 of 1; class 2 does not occur.
    let predictions = try predictions(
      [[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]], [0, 0, 0, 0, 1])
    #expect(ClassAverage(.sensitivity, of: predictions).value == 0.375)
    #expect(ClassAverage(.sensitivity, of: predictions).value(counting: [1, 0, 0, 1, 0]) == 0.5)
  }

  @Test func agreesWithTheConfusionMatrix() throws {
    let predictions = try randomPredictions(samples: 300, classes: 7, seed: 1)
    let matrix = ConfusionMatrix(predictions)
    let sensitivities = matrix.sensitivities.compactMap(\.self)
    let mean = sensitivities.reduce(0, +) / Double(sensitivities.count)
    #expect(ClassAverage(.sensitivity, of: predictions).value == mean)
    let hits = (0..<7).map { matrix[actual: $0, predicted: $0] }.reduce(0, +)
    #expect(TopAccuracy(predictions, k: 1).value == Double(hits) / 300)
  }
}
