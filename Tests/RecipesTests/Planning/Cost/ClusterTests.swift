import Testing

@testable import Recipes

struct ClusterTests {
  private let rates = MachineRates(
    direct: .init(operation: 1e-11, weight: 0), winograd: .init(operation: 1e-12, weight: 0), byte: 1e-10,
    call: 0, threads: 2)

  private static func product(_ operations: Double) -> [CallCost] {
    [CallCost(kind: .direct, operations: operations, weights: 0, bytes: 0)]
  }

  /// Four chunks; a chunk's forward pass takes 0.1 s here, its backward pass 0.2, the update 0.1.
  private let step: StepCost = {
    var step = StepCost(
      forward: product(1e10), repeated: product(5e9), backward: product(2e10), loss: product(1e8),
      update: [CallCost(kind: .memory, operations: 0, weights: 0, bytes: 1e9)], chunks: 4,
      resultBytes: 4_000_000, stateBytes: 1000, gradientBytes: 100_000_000)
    step.drawing = 0.4
    return step
  }()

  private func time(
    machines: Int, each ranksPerMachine: Int = 1, gigabits: Double = 10, ranks: Int
  ) -> StepTime {
    Cluster(
      machines: machines, ranksPerMachine: ranksPerMachine, bitsPerSecond: gigabits * 1e9, rates: rates
    ).time(of: step, ranks: ranks)
  }

  private func expectEqual(_ a: Double, _ b: Double, location: SourceLocation = #_sourceLocation) {
    #expect(abs(a - b) < 1e-9, "\(a), not \(b)", sourceLocation: location)
  }

  @Test func aRankSendsItsResultsToAllAndItsGradientsInSlices() {
    #expect(step.bytesSent(ranks: 1) == 0)
    #expect(step.bytesSent(ranks: 2) == 2_000_000 + 1000 + 100_000_000)
    #expect(step.bytesSent(ranks: 4) == 3 * (1_000_000 + 1000) + 150_000_000)
  }

  /// One rank of four chunks repeats some of the forward pass and draws the views twice.
  @Test func oneRankComputesAllChunksInTurn() {
    let alone = time(machines: 1, ranks: 1)
    expectEqual(alone.networks, 4 * (0.1 + 0.05 + 0.2) + 0.001)
    expectEqual(alone.views, 2 * 4 * 0.4 / 2)
    // Two copies, three additions, each of three tensors, and a last copy.
    expectEqual(alone.weights, 0.1 + (2 * 2 + 3 * 3 + 2) * 1e8 * 1e-10)
    #expect(alone.network == 0)
  }

  @Test func aRankOfEachChunkRepeatsNothing() {
    let shared = time(machines: 4, ranks: 4)
    expectEqual(shared.networks, 0.1 + 0.2 + 0.001)
    expectEqual(shared.views, 0.4 / 2)
    expectEqual(shared.weights, 0.1 + (2 + 2 + 0.75 * 11) * 1e8 * 1e-10)
    // The sums take 0.12 s, less than the backward pass: their last messages are waited for.
    let message = 3 * Cluster.latency
    expectEqual(shared.network, 3 * 1_001_000 * 8 / 1e10 + 3 * message + 2 * message)
  }

  @Test func aSlowNetworkIsWaitedFor() {
    let shared = time(machines: 4, gigabits: 1, ranks: 4)
    let message = 3 * Cluster.latency
    let sums = 1.5e8 * 8 / 1e9 + 2 * message * Double(step.gradientBuckets)
    expectEqual(shared.network, 3 * 1_001_000 * 8 / 1e9 + 3 * message + sums - 0.2)
    #expect(step.gradientBuckets == 96)
  }

  /// Ranks of one machine send nothing over its link, and divide its threads.
  @Test func ranksOfAMachineDivideIt() {
    let two = time(machines: 1, each: 2, gigabits: 1e-3, ranks: 2)
    expectEqual(two.networks, 2 * 2 * (0.1 + 0.05 + 0.2) + 2 * 0.001)
    expectEqual(two.views, 2 * 2 * 0.4 / 1)
    expectEqual(two.network, 5 * Cluster.localLatency)
  }

  /// Of what each of two ranks on a machine sends to three others, two thirds leave it.
  @Test func ranksOfAMachineShareItsLink() {
    let four = time(machines: 2, each: 2, gigabits: 0.1, ranks: 4)
    let link = 2.0 * 2 / 3 * 8 / 1e8
    let message = 3 * Cluster.latency
    let sums = 1.5e8 * link + 2 * message * 96
    expectEqual(four.network, 3 * 1_001_000 * link + 3 * message + sums - 2 * 0.2)
  }

  /// What a real step exchanges: its rows of results, the states of batch normalization, all gradients.
  @Test func aStepExchangesItsTensors() throws {
    let workers = Workers(count: 1)
    let model = LayerSequence([
      Conv2D(8, kernel: 3, bias: true), BatchNorm(), ReLU(), GlobalAveragePool(), Linear(5),
    ])
    let step = try TrainingStep(
      model, image: [8, 8, 3], pairs: Pairs(12), loss: NTXent(temperature: 0.2),
      optimizer: SGD(learningRate: 0.1))
    let cost = StepCost(of: try StepPlan(step, chunk: 3, workers: workers))
    #expect(cost.chunks == 4)
    #expect(cost.resultBytes == 2 * 12 * 5 * 4)
    #expect(cost.stateBytes == 2 * 8 * 4)
    #expect(cost.gradientBytes == (9 * 3 * 8 + 8 + 2 * 8 + 8 * 5 + 5) * 4)
    let whole = StepCost(of: try StepPlan(step, chunk: nil, workers: workers))
    #expect(whole.chunks == 1 && whole.gradientBytes == 0 && whole.bytesSent(ranks: 1) == 0)
    // The products of all chunks are those of the batch.
    func operations(_ calls: [CallCost]) -> Double { calls.reduce(0) { $0 + $1.operations } }
    let products = 4 * (operations(cost.forward) + operations(cost.backward)) + operations(cost.loss)
    #expect(abs(products / operations(whole.backward) - 1) < 1e-9)
  }
}
