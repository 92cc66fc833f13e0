import Recipes
import Testing

/// A hundred steps of SimCLR in mixed precision go as well as in single precision.
@Suite struct MixedTrainingTests {
  private static let pairs = 16, size = 8, steps = 100, window = 10

  /// Rounding matters less than the initial weights: the loss of each ten steps is no further from that in
  /// single precision than the losses from five seeds are from one another.
  @Test func descendsAsSinglePrecision() throws {
    let single = try (1...5).map { try curve(.single, seed: $0) }
    let mixed = try curve(.mixed, seed: 1)
    #expect(mixed != single[0])
    for window in mixed.indices {
      let losses = single.map { $0[window] }
      let spread = (losses.max() ?? .nan) - (losses.min() ?? .nan)
      #expect(abs(mixed[window] - losses[0]) <= spread, "\(mixed[window]) beside \(losses)")
    }
    // They learn: the loss of a collapsed network is 3.43.
    #expect(mixed[0] < 2 && mixed[mixed.count - 1] < 0.95 * mixed[0], "\(mixed)")
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
      program.setInput(
        TrainingStep.InputName.images,
        to: colorGradients(pairs: Self.pairs, size: Self.size, seed: UInt64(number)))
      program.run()
      return Double(program.value(of: step.loss, as: Float.self)[0])
    }
    return stride(from: 0, to: losses.count, by: Self.window).map { start in
      losses[start..<start + Self.window].reduce(0, +) / Double(Self.window)
    }
  }
}
