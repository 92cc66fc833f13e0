import Testing

@testable import Recipes

struct ClusterTests {
  private let rates = MachineRates(
    direct: .init(operation: 1e-11, weight: 0), winograd: .init(operation: 1e-12, weight: 0),
    pairs: .init(operation: 5e-12, weight: 0), byte: 1e-10, call: 0, threads: 2)

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

  private func expectEqual(_ a: Double, _ b: Double, place: Testing.SourceLocation = #_sourceLocation) {
    #expect(abs(a - b) < 1e-9, "\(a), not \(b)", sourceLocation: place)
  }

  @Test func aRankSendsItsResultsToAllAndItsGradientsInSlices() {
    #expect(step.bytesSent(ranks: 1) == 0)
    #expect(step.bytesSent(ranks: 2) == 2_000_000 + 1000 + 100_000_000)
    #expect(step.bytesSent(ranks: 4) == 3 * (1_000_000 + 1000) + 150_000_000)
  }

  /// One rank of four chunks repeats some of the forward pass and draws the views twice.
  @Test func oneRankComputesAllChunksInTurn() {
    let alone = time(machines: 1, ranks: 1)
    // 4 (0.1 + 0.05 + 0.2) + 0.001, and 2 x 4 x 0.4 on two threads.
    expectEqual(alone.networks, 1.401)
    expectEqual(alone.views, 1.6)
    // 0.1, and of 0.01 s each two copies, three additions of three tensors, and a last copy.
    expectEqual(alone.weights, 0.25)
    #expect(alone.network == 0)
  }

  @Test func aRankOfEachChunkRepeatsNothing() {
    let shared = time(machines: 4, ranks: 4)
    expectEqual(shared.networks, 0.301)
    expectEqual(shared.views, 0.2)
    // 0.1, and two copies, with three quarters of eleven more for what is exchanged.
    expectEqual(shared.weights, 0.2225)
    // The sums take 0.12 s, less than the backward pass: their last two phases are waited for. Before that
    // 3,003,000 bytes are gathered in three.
    let latencies: Double = 5 * (20e-6 + 3 * 2e-6)
    expectEqual(shared.network, 0.0024024 + latencies)
  }

  @Test func aSlowNetworkIsWaitedFor() {
    let shared = time(machines: 4, gigabits: 1, ranks: 4)
    #expect(step.gradientBuckets == 96)
    // 1.2 s of sums beside a backward pass of 0.2 s.
    let latencies: Double = (3 + 2 * 96) * (20e-6 + 3 * 2e-6)
    expectEqual(shared.network, 0.024024 + 1.0 + latencies)
  }

  /// Ranks of one machine send nothing over its link, and divide its threads.
  @Test func ranksOfAMachineDivideIt() {
    let two = time(machines: 1, each: 2, gigabits: 1e-3, ranks: 2)
    expectEqual(two.networks, 1.402)
    expectEqual(two.views, 1.6)
    expectEqual(two.network, 2e-5)
  }

  /// Of what each of two ranks on a machine sends to three others, two thirds leave it.
  @Test func ranksOfAMachineShareItsLink() {
    let four = time(machines: 2, each: 2, gigabits: 0.1, ranks: 4)
    // 4/3 of what a rank sends, in bits, at 1e8 a second; the backward pass takes 0.4 s.
    let (gathered, summed): (Double, Double) = (0.32032, 16)
    let latencies: Double = (3 + 2 * 96) * (20e-6 + 3 * 2e-6)
    expectEqual(four.network, gathered + summed - 0.4 + latencies)
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
