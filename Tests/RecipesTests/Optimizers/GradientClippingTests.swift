@testable import Recipes
import Testing

struct GradientClippingTests {
  /// Some of the steps have a larger norm than the bound, others a smaller one.
  @Test func weightsAreThoseOfPyTorch() throws {
    let fixture = try TrainingFixture.load()
    let runs: [(any Optimizer, TrainingFixture.Steps)] = [
      (SGD(learningRate: 0.5), fixture.clipped), (AdamW(learningRate: 0.05, weightDecay: 0.2), fixture.adamw),
    ]
    for (optimizer, expected) in runs {
      #expect(
        expected.norms.contains { $0 > expected.bound } && expected.norms.contains { $0 < expected.bound })
      let found = try TrainingFixture.trained(optimizer.clipping(norm: expected.bound))
      for (path, values) in expected.final {
        #expect(agree(found[path] ?? [], values, to: 1e-12), "\(path)")
      }
      let plain = try TrainingFixture.trained(optimizer)
      #expect(!agree(plain["fc.weight"] ?? [], expected.final["fc.weight"] ?? [], to: 1e-3))
    }
  }

  @Test func aBoundThatIsNeverReachedChangesNothing() throws {
    let optimizer = LARS(learningRate: 0.5)
    #expect(try TrainingFixture.trained(optimizer.clipping(norm: 1e6)) == TrainingFixture.trained(optimizer))
  }

  /// The norm is that of the sum over chunks: with that of each chunk, or of each parameter, the step would
  /// be another.
  @Test func aStepHasTheLengthOfTheBoundInChunksToo() throws {
    let step = try TrainingStep(
      ChunkedStepTests.Plain(), image: [8, 8, 3], pairs: Pairs(12), loss: NTXent(temperature: 0.5),
      optimizer: SGD(learningRate: 0.1, momentum: 0).clipping(norm: 1e-3))
    let lengths = try [nil, 4, 2].map { chunk in
      func weights(after steps: Int) throws -> [Float] {
        let program = try StepProgram(StepPlan(step, chunk: chunk, workers: Workers(count: 2)))
        let weights = try Trained(by: program, step, steps: steps).weights
        return weights.keys.sorted().flatMap { weights[$0] ?? [] }
      }
      let squares = zip(try weights(after: 1), try weights(after: 0)).map {
        Double($0 - $1) * Double($0 - $1)
      }
      return squares.reduce(0, +).squareRoot()
    }
    // A rate of 0.1 times a norm of 1e-3 * norm / (norm + 1e-6).
    for length in lengths { #expect(abs(length / 1e-4 - 1) < 0.01, "\(lengths)") }
  }

  @Test func settingsAreThoseOfTheBase() throws {
    var optimizer: any Optimizer = AdamW(learningRate: 0.1, weightDecay: 0.2).layerDecay(0.5).clipping(
      norm: 2)
    optimizer.learningRate = 0.3
    optimizer.weightDecay = 0.4
    #expect(optimizer.learningRate == 0.3 && optimizer.weightDecay == 0.4)
    #expect(areEqual(optimizer, AdamW(learningRate: 0.3, weightDecay: 0.4).layerDecay(0.5).clipping(norm: 2)))
    #expect(
      !areEqual(optimizer, AdamW(learningRate: 0.3, weightDecay: 0.4).layerDecay(0.6).clipping(norm: 2)))
    #expect(
      SGD(learningRate: 0.1).clipping(norm: 1).summary
        == SGD(learningRate: 0.1).summary + ".clipping(norm: 1.0)")
  }
}
