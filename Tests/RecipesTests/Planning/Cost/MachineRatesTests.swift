import TestSupport
import Testing

@testable import Recipes

struct MachineRatesTests {
  private let rates = MachineRates(
    direct: .init(operation: 5e-12, weight: 3e-10), winograd: .init(operation: 2e-12, weight: 5e-10),
    pairs: .init(operation: 3e-12, weight: 2e-10), byte: 4e-11, call: 2e-6, threads: 2)

  private static func call(
    _ kind: CallCost.Kind, operations: Double = 0, weights: Double = 0, bytes: Double
  ) -> CallCost {
    CallCost(kind: kind, operations: operations, weights: weights, bytes: bytes)
  }

  @Test func aCallTakesItsProductsOrItsPassOverMemory() {
    let product = Self.call(.direct, operations: 1e9, weights: 1e6, bytes: 1e6)
    #expect(abs(rates.seconds(of: [product]) - (2e-6 + 5e-3 + 3e-4)) < 1e-9)
    let wide = Self.call(.winograd, operations: 1e6, bytes: 1e8)
    #expect(abs(rates.seconds(of: [wide]) - (2e-6 + 4e-3)) < 1e-9)
    let ofPairs = Self.call(.pairs, operations: 1e9, weights: 1e6, bytes: 1e6)
    #expect(abs(rates.seconds(of: [ofPairs]) - (2e-6 + 3e-3 + 2e-4)) < 1e-9)
    // Half of the machine takes twice as long, but for the start of the calls.
    let both = rates.seconds(of: [product, wide], onShare: 0.5)
    #expect(abs(both - (4e-6 + 2 * (5.3e-3 + 4e-3))) < 1e-9)
  }

  @Test func ratesAreFoundInTheTimesThatTheyMake() {
    var calls: [CallCost] = []
    for rows in [16.0, 100, 1000] {
      for weights in [1e4, 1e6] {
        for kind in [CallCost.Kind.direct, .winograd, .pairs] {
          calls.append(Self.call(kind, operations: 2 * rows * weights, weights: weights, bytes: 0))
        }
      }
    }
    let expected = [CallCost.Kind.direct: rates.direct, .winograd: rates.winograd, .pairs: rates.pairs]
    let products = calls.map { (cost: $0, seconds: expected[$0.kind]?.seconds($0) ?? 0) }
    let loops = [1e6, 1e8, 1e3].map { bytes in
      (cost: Self.call(.memory, bytes: bytes), seconds: bytes < 1e4 ? 2e-6 : bytes * 4e-11)
    }
    let found = MachineRates(of: products + loops, threads: 2)
    for (found, expected) in [
      (found.direct, rates.direct), (found.winograd, rates.winograd), (found.pairs, rates.pairs),
    ] {
      #expect(abs(found.operation / expected.operation - 1) < 1e-6)
      #expect(abs(found.weight / expected.weight - 1) < 1e-6)
    }
    #expect(abs(found.byte / 4e-11 - 1) < 1e-9 && found.call == 2e-6)
  }

  /// Calls of equally many rows tell nothing of weights apart from operations.
  @Test func productsOfEqualRowsAreOneRate() {
    let calls = [1e6, 2e6].map { weights in
      (
        cost: Self.call(.direct, operations: 20 * weights, weights: weights, bytes: 0),
        seconds: weights * 1e-9
      )
    }
    let found = MachineRates(of: calls, threads: 1)
    #expect(abs(found.direct.seconds(calls[0].cost) / 1e-3 - 1) < 1e-3)
    #expect(found.winograd == .init(operation: 0, weight: 0) && found.pairs == found.winograd)
    #expect(found.call == 0)
  }

  /// The model's time of a step of other shapes than those that the rates were measured by, beside the time
  /// that it takes. Both are processor time of one thread, which other work on the machine hardly changes.
  @Test(
    arguments: [
      ResNet(.custom(blocks: [2, 2], bottleneck: false, channels: 48)),
      VisionTransformer(.custom(channels: 192, depth: 3, heads: 3), patch: 8, imageSize: 48),
    ] as [any ImageEncoder], Precision.allCases)
  func theModelsTimeOfAStepIsNearItsTime(encoder: any ImageEncoder, precision: Precision) throws {
    let workers = Workers(count: 1)
    let step = try TrainingStep(
      LayerSequence([encoder, Linear(64)]), image: [48, 48, 3], pairs: Pairs(32),
      loss: NTXent(temperature: 0.2), optimizer: SGD(learningRate: 0.1, momentum: 0.9))
    let cluster = Cluster(machines: 1, rates: try .measured(in: precision, by: workers, clock: threadSeconds))
    for chunk in [nil, 8] {
      let program = try StepProgram(step, chunk: chunk, precision: precision, on: nil, workers: workers)
      for variable in program.owner.variables {
        program.owner.setVariable(variable.path, to: try variable.initialValues(seed: 0, as: Float.self))
      }
      var measured = Double.infinity
      for _ in 0..<3 {
        let begin = threadSeconds()
        _ = try program.run(learningRate: 0.1) { $0.update(repeating: 0.5) }
        measured = min(measured, threadSeconds() - begin)
      }
      let modelled = try cluster.seconds(
        of: step, chunk: chunk, precision: precision, ranks: 1, workers: workers)
      let ratio = modelled / measured
      #expect(ratio > 0.5 && ratio < 2, "modelled \(modelled) s, measured \(measured) s")
    }
  }

  /// Products of pairs are in mixed precision alone, and pass over fewer bytes.
  @Test func theCostOfMixedPrecisionIsOfPairs() throws {
    let step = try TrainingStep(
      LayerSequence([ResNet(.custom(blocks: [1], bottleneck: true, channels: 16)), Linear(8)]),
      image: [32, 32, 3], pairs: Pairs(8), loss: NTXent(), optimizer: SGD(learningRate: 0.1))
    let costs = try Precision.allCases.map { precision in
      StepCost(of: try StepPlan(step, precision: precision, workers: Workers(count: 1))).backward
    }
    let (single, mixed) = (costs[0], costs[1])
    #expect(!single.contains { $0.kind == .pairs } && mixed.contains { $0.kind == .pairs })
    #expect(mixed.reduce(0) { $0 + $1.operations } == single.reduce(0) { $0 + $1.operations })
    let bytes = [single, mixed].map { $0.reduce(0) { $0 + $1.bytes } }
    #expect(bytes[1] < 0.75 * bytes[0], "\(bytes)")
  }
}
