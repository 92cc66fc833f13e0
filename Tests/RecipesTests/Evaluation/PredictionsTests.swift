import Recipes
import Testing

@Suite struct PredictionsTests {
  @Test(
    arguments: [
      ([0.1, 0.7, 0.2], 1, 0, 1),
      ([0.1, 0.7, 0.2], 2, 1, 1),
      ([0.1, 0.7, 0.2], 0, 2, 1),
      ([0.4, 0.4, 0.2], 0, 1, 1),  // a tie counts against the classifier, whichever class the label is
      ([0.4, 0.4, 0.2], 1, 1, 0),
      ([0.4, 0.4, 0.2], 2, 2, 0),
      ([5, 5, 5], 0, 2, 1),
      ([5, 5, 5], 2, 2, 0),
      ([-0.0, 0, -1], 0, 1, 1),
      ([-3, -2, -1], 1, 1, 2),
      ([.nan, 0, -1], 0, 2, 1),  // not a number is below every number
      ([.nan, -.infinity, -.infinity], 1, 1, 2),
      ([.nan, -.infinity, -.nan], 1, 0, 1),
      ([.nan, .nan, .nan], 1, 2, 0),
      ([.infinity, 0, 1], 0, 0, 0),
    ] as [([Float], Int, Int, Int)])
  func ranksLabels(scores: [Float], label: Int, rank: Int, predicted: Int) throws {
    let predictions = try predictions([scores], [label])
    #expect(predictions.rank(ofSample: 0) == rank)
    #expect(predictions.predictedClass(ofSample: 0) == predicted)
  }

  @Test func refusesWhatDoesNotFit() throws {
    func error(scores: Int, labels: [Int], patients: Int) -> String? {
      #expect(throws: EvaluationError.self) {
        try Predictions(
          scores: [Float](repeating: 0, count: scores), classes: 2, labels: labels,
          patients: [String](repeating: "p", count: patients))
      }?.description
    }
    #expect(
      error(scores: 0, labels: [], patients: 0)
        == "There are no labelled samples, so there is nothing to evaluate: check the split and the manifest "
        + "it came from.")
    #expect(
      error(scores: 3, labels: [0, 1], patients: 2)
        == "There should be 4 scores, but there are 3: give one row or entry per sample.")
    #expect(
      error(scores: 4, labels: [0, 1], patients: 1)
        == "There should be 2 patients, but there are 1: give one row or entry per sample.")
    #expect(
      error(scores: 4, labels: [0, 2], patients: 2)
        == "Sample 1 has the label 2, but with 2 classes labels run from 0 to 1: correct the label or the "
        + "number of classes.")
    #expect(error(scores: 4, labels: [-1, 0], patients: 2)?.hasPrefix("Sample 0 has the label -1") == true)
  }
}
