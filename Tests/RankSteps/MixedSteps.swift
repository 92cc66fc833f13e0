import Foundation
import Recipes

/// Steps in mixed precision, of the whole batch and of chunks, and in single precision; with `interrupted`, by
/// two programs, the second of which starts from what the first one leaves. A hash of the weights of each is
/// printed.
enum MixedSteps {
  private static let (pairs, chunk, steps) = (16, 4, 5)

  static func run() throws {
    let parts = CommandLine.arguments.contains("interrupted") ? [0..<2, 2..<steps] : [0..<steps]
    for (name, chunk, precision) in [
      ("whole", nil, .mixed), ("chunks", chunk, .mixed), ("single", nil, .single),
    ] as [(String, Int?, Precision)] {
      var weights: [String: [Float]]?
      for part in parts {
        let program = try StepProgram(
          step(), chunk: chunk, precision: precision, on: nil, workers: .shared)
        weights = try trained(program, part, from: weights)
      }
      let values = (weights ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value)
      guard values.allSatisfy(\.isFinite) else { exit(7) }
      print(name, hash(of: values))
    }
  }

  private static func step() throws -> TrainingStep {
    try TrainingStep(
      LayerSequence([
        ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 16), stem: .small),
        ProjectionHead(hidden: [32], output: 16),
      ]), image: [16, 16, 3], pairs: Pairs(pairs), loss: NTXent(temperature: 0.2),
      optimizer: SGD(learningRate: 0.1))
  }

  private static func trained(
    _ program: StepProgram, _ steps: Range<Int>, from weights: [String: [Float]]?
  ) throws -> [String: [Float]] {
    let owner = program.owner
    for variable in owner.variables {
      owner.setVariable(
        variable.path, to: try weights?[variable.path] ?? variable.initialValues(seed: 1, as: Float.self))
    }
    for step in steps {
      var calls = 0
      _ = try program.run(learningRate: 0.1) { images in
        let pixels = 16 * 16 * 3
        let samples = images.count / pixels / 2
        var place = 0
        for view in 0..<2 {
          for sample in 0..<samples {
            let index = calls * samples % pairs + sample
            var generator = CounterGenerator(seed: 7, view, index, step)
            for _ in 0..<pixels {
              images[place] = Float(generator.uniform())
              place += 1
            }
          }
        }
        calls += 1
      }
    }
    return Dictionary(
      uniqueKeysWithValues: owner.variables.map { ($0.path, owner.variable($0.path, as: Float.self)) })
  }
}
