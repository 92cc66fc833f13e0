import Distributed
import Foundation
import Recipes

/// Steps of a network with synchronized batch normalization, one chunk on each rank. Each rank prints the
/// largest difference of its gradients and weights from those of the whole batch, relative to the largest
/// element of each, that without synchronization, and a hash of its weights.
enum SynchronizedSteps {
  private static let (pairs, steps, rate) = (32, 3, Float(0.1))

  static func run(on ranks: Ranks?) throws {
    let (rank, count) = (ranks?.rank ?? 0, ranks?.count ?? 1)
    let own = rank * pairs / count..<(rank + 1) * pairs / count
    func trained(isSynchronized: Bool, isWhole: Bool) throws -> [[[Float]]] {
      let program = try StepProgram(
        step(isSynchronized), chunk: isWhole ? nil : pairs / count, on: isWhole ? nil : ranks,
        workers: Workers(count: 1))
      return try weights(of: program, samples: isWhole ? 0..<pairs : own)
    }
    let whole = try trained(isSynchronized: true, isWhole: true)
    let together = try trained(isSynchronized: true, isWhole: false)
    let apart = try trained(isSynchronized: false, isWhole: false)
    let gradient = difference(together[0], whole[0])
    let weight = difference(together[steps - 1], whole[steps - 1])
    let unsynchronized = difference(apart[steps - 1], whole[steps - 1])
    let hash = hash(of: together[steps - 1].joined())
    let line = "gradient \(gradient) weight \(weight) unsynchronized \(unsynchronized) hash \(hash)\n"
    // In one piece, as all ranks print.
    FileHandle.standardOutput.write(Data(line.utf8))
  }

  private static func step(_ isSynchronized: Bool) throws -> TrainingStep {
    let encoder = Smooth()
    return try TrainingStep(
      LayerSequence([isSynchronized ? encoder.synchronized() : encoder, Linear(8, bias: false)]),
      image: [8, 8, 3], pairs: Pairs(pairs), loss: BYOLLoss(),
      predictor: PredictionHead {
        Linear(16, bias: false); BatchNorm(synchronized: isSynchronized); GELU()
        Linear(8)
      }, target: TargetNetwork(momentum: 0.9), optimizer: SGD(learningRate: Double(rate)))
  }

  /// Returns each variable after each step; after the first one the momentum is the gradient.
  private static func weights(of program: StepProgram, samples: Range<Int>) throws -> [[[Float]]] {
    let variables = program.owner.variables
    for variable in variables {
      program.owner.setVariable(variable.path, to: try variable.initialValues(seed: 1, as: Float.self))
    }
    return try (0..<steps).map { step in
      _ = try program.run(learningRate: rate) { draw(samples, step: step, into: $0) }
      return variables.map { program.owner.variable($0.path, as: Float.self) }
    }
  }

  private static func difference(_ found: [[Float]], _ expected: [[Float]]) -> Float {
    zip(found, expected).map { found, expected in
      let largest = expected.reduce(1e-3) { max($0, abs($1)) }
      return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
    }.reduce(0, max)
  }
}

/// A network without kinks, at which rounding would change a gradient by more than rounding.
private struct Smooth: Layer {
  var body: some Layer {
    Conv2D(6, kernel: 3); BatchNorm(); GELU()
    Residual {
      Conv2D(8, kernel: 3, stride: 2); BatchNorm()
    } shortcut: {
      Conv2D(8, kernel: 1, stride: 2); BatchNorm()
    }
    GELU()
    GlobalAveragePool()
  }
}
