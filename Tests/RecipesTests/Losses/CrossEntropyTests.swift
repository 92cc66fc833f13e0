import Foundation
import Recipes
import Testing

struct CrossEntropyTests {
  private let labels: [Int32] = [2, -1, 0, 1, -1, 2]
  private let logits = numbers(6 * 3).map { 2 * $0 }

  private func form(_ rows: Int, _ labels: BatchForm.Labels, weights: [Double]? = nil) -> BatchForm {
    BatchForm(samples: rows, views: 1, labels: labels, classWeights: weights)
  }

  /// What the definition gives of the rows that have labels, by loops.
  private func loop(smoothing: Double, weights: [Double]) -> Double {
    var (sum, weight) = (0.0, 0.0)
    for (row, label) in labels.enumerated() where label >= 0 {
      let own = Array(logits[row * 3..<row * 3 + 3])
      let logOfSum = log(own.map(exp).reduce(0, +))
      for column in 0..<3 {
        let target = (Int(label) == column ? 1 - smoothing : 0) + smoothing / 3
        sum -= weights[Int(label)] * target * (own[column] - logOfSum)
      }
      weight += weights[Int(label)]
    }
    return sum / weight
  }

  @Test(arguments: [0, 0.3]) func rowsWithoutLabelsCountNothing(smoothing: Double) throws {
    let found = try value(of: CrossEntropy(smoothing: smoothing), logits, form(6, .some), labels: labels)
    #expect(abs(found - loop(smoothing: smoothing, weights: [1, 1, 1])) < 1e-12)
  }

  @Test func theirClassesAreWeighted() throws {
    let weights = [0.5, 2, 1.25]
    let loss = CrossEntropy(weights: .balanced)
    let found = try value(of: loss, logits, form(6, .some, weights: weights), labels: labels)
    #expect(abs(found - loop(smoothing: 0, weights: weights)) < 1e-12)
  }

  /// Another way of adding up, of the same loss.
  @Test(arguments: [0, 0.3]) func ofAllLabelsBothFormsAgree(smoothing: Double) throws {
    let labels: [Int32] = [2, 1, 0, 1, 0, 2]
    let loss = CrossEntropy(smoothing: smoothing)
    let (all, some) = (
      try value(of: loss, logits, form(6, .all), labels: labels),
      try value(of: loss, logits, form(6, .some), labels: labels)
    )
    #expect(abs(all - some) < 1e-12)
  }

  @Test func aBatchWithoutAnyLabelIsNothing() throws {
    let labels = [Int32](repeating: -1, count: 6)
    #expect(try value(of: CrossEntropy(smoothing: 0.1), logits, form(6, .some), labels: labels) == 0)
  }

  @Test(arguments: [BatchForm.Labels.some, .all]) func passesTheGradientCheck(labels: BatchForm.Labels) throws
  {
    try gradientCheck(
      CrossEntropy(smoothing: 0.1), on: .random(8, 5), views: 2, labels: labels
    ).verify()
  }
}
