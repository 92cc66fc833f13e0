import Foundation
import Recipes
import Testing

/// Steps of PyTorch and timm (Fixtures/make_training_fixtures.py).
struct TrainingFixture: Decodable {
  /// A small classifier after four steps with clipped gradients.
  struct Steps: Decodable {
    let bound: Double
    let norms: [Double]
    let final: [String: [Double]]
    let average: [String: [Double]]
  }

  let clipped: Steps
  let adamw: Steps
  let scales: [String: [String: Double]]

  static func load() throws -> TrainingFixture {
    let url = Bundle.module.url(forResource: "training", withExtension: "json", subdirectory: "Fixtures")
    return try JSONDecoder().decode(TrainingFixture.self, from: Data(contentsOf: #require(url)))
  }

  /// The classifier of the steps.
  struct Network: Layer {
    var body: some Layer {
      Conv2D(4, kernel: 3); BatchNorm(); ReLU()
      GlobalAveragePool()
      ClassificationHead(classes: 3)
    }
  }

  /// Takes the four steps, compiled, in double precision.
  ///
  /// - Returns: Every variable, by path, those of the network in PyTorch's layout.
  static func trained(_ optimizer: some Optimizer, average: WeightAverage? = nil) throws -> [String: [Double]]
  {
    let step = try TrainingStep(
      classifier: Network(), images: [8, 5, 5, 3], optimizer: optimizer, average: average,
      precision: .float64)
    let program = try Program(step.graph, outputs: [step.loss], workers: Workers(count: 2))
    for variable in step.graph.variables {
      let original = variable.averages ?? variable.path
      let source = step.graph.variables.first { $0.path == original } ?? variable
      if source.role == .memory { continue }
      let values = FormulaTensors.values(original, variable.type.shape.count, -0.5, 0.5)
      program.setVariable(
        variable.path,
        to: TorchLayout(of: source).fromTorch(values).map {
          Double($0 + (original == "bn1.running_var" ? 1 : 0))
        })
    }
    for number in 0..<4 {
      let images = FormulaTensors.values("images \(number)", 8 * 5 * 5 * 3, 0, 1)
      program.setInput("images", to: images.map { Double($0) })
      program.setInput("labels", to: (0..<8).map { Int32((number + $0) % 3) })
      program.setInput("learningRate", to: [optimizer.learningRate])
      program.run()
    }
    return Dictionary(
      uniqueKeysWithValues: step.graph.variables.map { variable in
        let original = step.graph.variables.first { $0.path == variable.averages } ?? variable
        let values = program.variable(variable.path, as: Double.self)
        return (variable.path, TorchLayout(of: original).toTorch(values))
      })
  }
}
