import Foundation
import Recipes
import Testing

struct FocalLossTests {
  private let labels: [Int32] = [2, 0, 0, 1]
  private let logits = numbers(4 * 3).map { 2 * $0 }

  private func form(_ labels: BatchForm.Labels = .all, weights: [Double]? = nil) -> BatchForm {
    BatchForm(samples: 4, views: 1, labels: labels, classWeights: weights)
  }

  /// The paper's formula, by a loop over probabilities.
  @Test(arguments: [0.5, 1, 2, 5]) func isThePapersFormula(gamma: Double) throws {
    var sum = 0.0
    for (row, label) in labels.enumerated() {
      let exponentials = logits[row * 3..<row * 3 + 3].map(exp)
      let p = exponentials[Int(label)] / exponentials.reduce(0, +)
      sum -= pow(1 - p, gamma) * log(p)
    }
    let found = try value(of: FocalLoss(gamma: gamma), logits, form(), labels: labels)
    #expect(abs(found - sum / 4) < 1e-12)
  }

  /// With a gamma of 0 it is cross-entropy, weighted classes and missing labels included.
  @Test func withoutAGammaItIsCrossEntropy() throws {
    let weights = [0.5, 2, 1.25]
    let some: [Int32] = [2, -1, 0, 1]
    for (form, labels) in [(form(), labels), (form(.some), some), (form(.some, weights: weights), some)] {
      for own in [CrossEntropy.Weights.none, .balanced] {
        let (focal, known) = (
          try value(of: FocalLoss(gamma: 0, weights: own), logits, form, labels: labels),
          try value(of: CrossEntropy(weights: own), logits, form, labels: labels)
        )
        #expect(abs(focal - known) < 1e-12)
      }
    }
  }

  /// Where the model is sure, 1 - p rounds to 0; neither the loss nor its gradient is lost.
  @Test func sureRowsAreFinite() throws {
    let graph = GraphBuilder(precision: .float32)
    let tape = Tape(graph)
    let output = graph.input("output", [2, 2])
    let form = BatchForm(samples: 2, views: 1, labels: .all)
    let loss = FocalLoss(gamma: 0.5).loss(of: TrainingBatch(form, output: output))
    let gradient = tape.gradients(of: loss, for: [output])[0]
    let program = try Program(graph, outputs: [loss, gradient], workers: Workers(count: 1))
    program.setInput("output", to: [300, -300, 300, -300] as [Float])
    program.setInput(TrainingBatch.labelsInput, to: [0, 1] as [Int32])
    program.run()
    let value = program.value(of: loss, as: Float.self)[0]
    let slopes = program.value(of: gradient, as: Float.self)
    #expect(abs(value - 300) < 1e-3)
    #expect(slopes.allSatisfy { $0.isFinite } && abs(slopes[2] - 0.5) < 1e-3 && abs(slopes[0]) < 1e-6)
  }

  @Test(arguments: [BatchForm.Labels.some, .all]) func passesTheGradientCheck(labels: BatchForm.Labels) throws
  {
    try gradientCheck(
      FocalLoss(gamma: 1.5), on: .random(8, 5), labels: labels
    ).verify()
  }
}
