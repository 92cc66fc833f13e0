import Recipes
import Testing

/// Training steps of networks in mixed precision, beside single precision.
@Suite struct MixedGradientTests {
  /// A network, the extent of its images, and the pairs of a batch.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let network: any Layer
    let size: Int
    let pairs: Int
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "ResNet of basic blocks",
      network: ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 16)),
      size: 64, pairs: 8),
    Case(
      name: "ResNet of bottlenecks",
      network: ResNet(.custom(blocks: [1, 1], bottleneck: true, channels: 16), stem: .small), size: 24,
      pairs: 8),
    Case(
      name: "vision transformer",
      network: VisionTransformer(.custom(channels: 64, depth: 2, heads: 4), patch: 4, imageSize: 24),
      size: 24,
      pairs: 8),
    Case(
      name: "ConvNeXt", network: ConvNeXt(.custom(blocks: [1, 1], channels: [32, 64]), layerScale: 0.5),
      size: 64, pairs: 8),
  ]

  /// One step of descent by a gradient.
  private struct Step {
    let loss: Double
    /// The gradient of each parameter by its path: the momentum after a first step.
    let gradients: [String: [Double]]
    let bytes: Int

    init(_ row: Case, _ precision: Precision, seed: UInt64) throws {
      let step = try TrainingStep(
        LayerSequence([row.network, ProjectionHead(hidden: [64], output: 32)]),
        image: [row.size, row.size, 3],
        pairs: Pairs(row.pairs), loss: NTXent(temperature: 0.5), optimizer: SGD(learningRate: 0.1))
      let program = try Program(
        step.graph, outputs: [step.loss], options: CompilerOptions(precision: precision))
      for variable in program.variables {
        // The scales at the end of residual branches begin as 0, which would leave the branches without
        // gradients.
        let values = try variable.initialValues(seed: seed, as: Float.self)
        program.setVariable(
          variable.path,
          to: variable.role == .normalization && variable.path.hasSuffix("weight")
            ? values.map { _ in 1 } : values)
      }
      program.setInput(TrainingStep.InputName.learningRate, to: [Float(0)])
      program.setInput(
        TrainingStep.InputName.images, to: colorGradients(pairs: row.pairs, size: row.size, seed: 7 + seed))
      program.run()
      loss = Double(program.value(of: step.loss, as: Float.self)[0])
      let momenta = program.variables.filter { $0.path.hasSuffix(".momentum") }
      gradients = Dictionary(
        uniqueKeysWithValues: momenta.map {
          ($0.path, program.variable($0.path, as: Float.self).map(Double.init))
        })
      bytes = program.arenaBytes
    }
  }

  /// The median error over five seeds is within a fifth of the length of each gradient. Rounding moves a few
  /// in a thousand of a ReLU's inputs across 0, and the gradient of a contrastive loss is a sum of
  /// differences of like embeddings: that of a head of few rows may change by more with a single one.
  /// PyTorch's automatic mixed precision is off by up to 0.18 in such networks on such images.
  @Test(arguments: cases) func gradientsAreCloseToThoseInSinglePrecision(_ row: Case) throws {
    var errors: [String: [Double]] = [:]
    for seed in 1...5 as ClosedRange<UInt64> {
      let (single, mixed) = (try Step(row, .single, seed: seed), try Step(row, .mixed, seed: seed))
      #expect(abs(mixed.loss - single.loss) < 0.01 * single.loss, "\(mixed.loss) for \(single.loss)")
      #expect(mixed.bytes < single.bytes)
      #expect(mixed.gradients.count == single.gradients.count && single.gradients.count > 20)
      let longest = single.gradients.values.map(length).max() ?? 0
      for (path, gradient) in single.gradients {
        let error = length(zip(mixed.gradients[path] ?? [], gradient).map { $0 - $1 })
        // A bias before a batch normalization has no gradient, but for rounding.
        errors[path, default: []].append(error / max(length(gradient), 1e-5 * longest))
      }
    }
    for (path, errors) in errors {
      #expect(errors.sorted()[2] <= 0.2, "\(path) is off by \(errors)")
    }
  }

  private func length(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
