import Recipes
import Testing

/// A hundred steps of SimCLR in mixed precision go as well as in single precision.
@Suite struct MixedTrainingTests {
  private static let pairs = 16, size = 8, steps = 100, window = 10

  /// Rounding matters less than the initial weights: the loss of each ten steps is no further from that in single
  /// precision than the losses of five seeds are from one another.
  @Test func descendsAsSinglePrecision() throws {
    let single = try (1...5).map { try curve(.single, seed: $0) }
    let mixed = try curve(.mixed, seed: 1)
    for window in mixed.indices {
      let losses = single.map { $0[window] }
      let spread = (losses.max() ?? 0) - (losses.min() ?? 0)
      print("CURVE", window, mixed[window], losses, spread)
      #expect(abs(mixed[window] - single[0][window]) <= spread, "\(mixed[window]) beside \(losses)")
    }
    #expect(mixed != single[0])
    // It learns.
    #expect(mixed[mixed.count - 1] < 0.8 * mixed[0], "\(mixed)")
  }

  /// The mean loss of every ten steps.
  private func curve(_ precision: Precision, seed: UInt64) throws -> [Double] {
    let step = try TrainingStep(
      LayerSequence([
        ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 16), stem: .small),
        ProjectionHead(hidden: [32], output: 16),
      ]), image: [Self.size, Self.size, 3], pairs: Pairs(Self.pairs), loss: NTXent(temperature: 0.5),
      optimizer: SGD(learningRate: 0.05))
    let program = try Program(
      step.graph, outputs: [step.loss], options: CompilerOptions(precision: precision))
    for variable in program.variables {
      program.setVariable(variable.path, to: try variable.initialValues(seed: seed, as: Float.self))
    }
    program.setInput(TrainingStep.InputName.learningRate, to: [Float(0.05)])
    let losses = (0..<Self.steps).map { number in
      program.setInput(TrainingStep.InputName.images, to: images(number))
      program.run()
      return Double(program.value(of: step.loss, as: Float.self)[0])
    }
    return stride(from: 0, to: losses.count, by: Self.window).map { start in
      losses[start..<start + Self.window].reduce(0, +) / Double(Self.window)
    }
  }

  /// Two views of a fresh batch of patterns, each under noise of its own.
  private func images(_ step: Int) -> [Float] {
    let pixels = Self.size * Self.size * 3
    let patterns = numbers(Self.pairs * pixels, seed: UInt64(step))
    let noise = numbers(2 * Self.pairs * pixels, seed: UInt64(step + 1000))
    return noise.indices.map { Float(patterns[$0 % patterns.count] + noise[$0]) }
  }
}
