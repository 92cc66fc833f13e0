import Recipes
import Testing

struct LearningAtRateTests {
  private let image: Shape = [8, 8, 3]

  /// The variables of a model before and after one step of plain gradient descent.
  private func step(_ model: LayerSequence) throws -> (before: [String: [Float]], after: [String: [Float]]) {
    let step = try TrainingStep(
      classifier: model, images: [4, 8, 8, 3], optimizer: SGD(learningRate: 1, momentum: 0))
    let program = try Program(step.graph, outputs: [step.loss], workers: Workers(count: 1))
    func values() -> [String: [Float]] {
      Dictionary(
        uniqueKeysWithValues: program.variables.map { ($0.path, program.variable($0.path, as: Float.self)) })
    }
    for variable in program.variables {
      program.setVariable(variable.path, to: try variable.initialValues(seed: 1, as: Float.self))
    }
    var generator = CounterGenerator(seed: 2)
    program.setInput("images", to: (0..<(4 * 8 * 8 * 3)).map { _ in Float(generator.uniform()) })
    program.setInput("labels", to: [0, 1, 2, 0] as [Int32])
    program.setInput("learningRate", to: [0.5] as [Float])
    let before = values()
    program.run()
    return (before, values())
  }

  private func model(_ encoder: any Layer) -> LayerSequence {
    LayerSequence([encoder, ClassificationHead(classes: 3)])
  }

  private let encoder = ResNet(
    .custom(blocks: [1, 1], bottleneck: false, channels: 4), stem: .small, zeroInitLastScale: false)

  @Test func aFrozenEncoderStaysAsItIs() throws {
    let (before, after) = try step(model(encoder.frozen()))
    let moved = before.keys.filter { before[$0] != after[$0] }.sorted()
    #expect(moved == ["fc.bias", "fc.weight"])
    #expect(before["bn1.running_mean"] == after["bn1.running_mean"])
  }

  @Test func namedLayersAreFrozen() throws {
    let (before, after) = try step(model(encoder.frozen("conv1", "bn1", "layer1")))
    let moved = Set(before.keys.filter { before[$0] != after[$0] })
    #expect(!moved.isEmpty && moved.allSatisfy { $0.hasPrefix("layer2.") || $0.hasPrefix("fc.") })
    #expect(moved.contains("layer2.0.conv1.weight") && moved.contains("layer2.0.bn1.running_mean"))
  }

  @Test func partsLearnAtTheirOwnRates() throws {
    let whole = try step(model(encoder))
    let slow = try step(model(encoder.trained(at: 0.25)))
    #expect(whole.before == slow.before)
    for path in ["conv1.weight", "layer2.0.bn2.bias"] {
      let (own, full, old) = (
        try #require(slow.after[path]), try #require(whole.after[path]), try #require(whole.before[path])
      )
      let largest = zip(own, zip(full, old)).map { abs(($0 - $1.1) - 0.25 * ($1.0 - $1.1)) }.max() ?? 1
      #expect(largest < 1e-6)
      #expect(own != old)
    }
    #expect(whole.after["fc.weight"] == slow.after["fc.weight"])
    #expect(whole.after["bn1.running_mean"] == slow.after["bn1.running_mean"])
  }

  @Test func aLayerThatIsNotThereIsAMistake() throws {
    let error = #expect(throws: GraphErrors.self) { _ = try step(model(encoder.frozen("layer7"))) }
    #expect(error?.description.contains("There is no layer layer7 to be frozen") == true)
  }
}
