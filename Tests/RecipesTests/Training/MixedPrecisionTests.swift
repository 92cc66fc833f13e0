import Recipes
import Testing

/// Training steps of networks in mixed precision, beside single precision.
@Suite struct MixedPrecisionTests {
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
      name: "ConvNeXt", network: ConvNeXt(.custom(blocks: [1, 1], channels: [32, 64])), size: 64, pairs: 8),
  ]

  /// One step of descent by a gradient.
  private struct Step {
    let loss: Double
    /// The gradient of each parameter by its path: the momentum after a first step.
    let gradients: [String: [Double]]
    let bytes: Int

    init(_ row: Case, _ precision: Precision) throws {
      let step = try TrainingStep(
        LayerSequence([row.network, ProjectionHead(hidden: [64], output: 32)]),
        image: [row.size, row.size, 3],
        pairs: Pairs(row.pairs), loss: NTXent(temperature: 0.5), optimizer: SGD(learningRate: 0.1))
      let program = try Program(
        step.graph, outputs: [step.loss], options: CompilerOptions(precision: precision))
      for variable in program.variables {
        program.setVariable(variable.path, to: try variable.initialValues(seed: 3, as: Float.self))
      }
      program.setInput(TrainingStep.InputName.learningRate, to: [Float(0)])
      let count = 2 * row.pairs * row.size * row.size * 3
      program.setInput(TrainingStep.InputName.images, to: numbers(count, seed: 7).map { Float($0) })
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

  @Test(arguments: cases) func gradientsAreCloseToThoseInSinglePrecision(_ row: Case) throws {
    let (single, mixed) = (try Step(row, .single), try Step(row, .mixed))
    print(
      "NET \(row.name) loss \(single.loss) \(mixed.loss) bytes \(single.bytes) \(mixed.bytes) count \(single.gradients.count)"
    )
    var lines: [(Double, String)] = []
    for (path, gradient) in single.gradients {
      let found = mixed.gradients[path] ?? []
      let error = zip(found, gradient).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      lines.append((error / length, "NET \(row.name) \(path) \(error / length) length \(length)"))
    }
    for line in lines.sorted(by: { $0.0 > $1.0 }) { print(line.1) }
  }
}
