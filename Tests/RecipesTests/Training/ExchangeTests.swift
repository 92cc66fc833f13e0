import Foundation
import Ops
import TestSupport
import Testing

@testable import Recipes

/// A step whose parts are computed at several places has the bits of one that computes all itself.
struct ExchangeTests {
  @Test(arguments: [1, 2, 4]) func whoComputesAPartMakesNoDifference(ranks: Int) throws {
    let plan = try StepPlan(step(), chunk: 2, workers: Workers(count: 1))
    let alone = try Trained(by: StepProgram(plan), plan.step, steps: 3)
    let board = Board(ranks: ranks)
    let trained = try board.onEach { rank in
      let plan = try StepPlan(step(), chunk: 2, workers: Workers(count: 1))
      let program = try StepProgram(plan) { RankExchange($0, rank, board) }
      return try Trained(by: program, plan.step, steps: 3)
    }
    #expect(trained.count == ranks)
    for one in trained {
      #expect(one.losses.map(\.bitPattern) == alone.losses.map(\.bitPattern))
      #expect(hasSameBits(one.embeddings, alone.embeddings))
      for (path, values) in alone.weights { #expect(hasSameBits(one.weights[path] ?? [], values), "\(path)") }
    }
    #expect(Set(alone.losses).count == 3)
  }

  @Test(arguments: [1, 2, 4]) func ranksShareAStepInMixedPrecision(ranks: Int) throws {
    @Sendable func plan(_ precision: Precision = .mixed) throws -> StepPlan {
      let encoder = ResNet(.custom(blocks: [1], bottleneck: true, channels: 16), stem: .small)
      let step = try TrainingStep(
        LayerSequence([encoder, Linear(8)]), image: [16, 16, 3], pairs: Pairs(16), loss: NTXent(),
        optimizer: SGD(learningRate: 0.1))
      return try StepPlan(step, chunk: 4, precision: precision, workers: Workers(count: 1))
    }
    let (alone, single) = (try plan(), try plan(.single))
    #expect(alone.bytes(ranks: ranks) < single.bytes(ranks: ranks))
    let expected = try Trained(by: StepProgram(alone), alone.step, steps: 2)
    let board = Board(ranks: ranks)
    let trained = try board.onEach { rank in
      let plan = try plan()
      return try Trained(by: StepProgram(plan) { RankExchange($0, rank, board) }, plan.step, steps: 2)
    }
    #expect(trained.count == ranks)
    for one in trained {
      #expect(one.losses.map(\.bitPattern) == expected.losses.map(\.bitPattern))
      for (path, values) in expected.weights {
        #expect(hasSameBits(one.weights[path] ?? [], values), "\(path)")
      }
    }
    #expect(try Trained(by: StepProgram(single), single.step, steps: 2).losses != expected.losses)
  }

  /// The target network sees two of four views, so its results are of fewer rows.
  @Test(arguments: [1, 2, 4]) func resultsOfFewerViewsAreExchangedToo(ranks: Int) throws {
    @Sendable func plan() throws -> StepPlan {
      let step = try TrainingStep(
        LayerSequence([ChunkedStepTests.Plain(), DINOHead(hidden: [8], bottleneck: 4, prototypes: 12)]),
        image: [8, 8, 3], batch: BatchForm(samples: 16, views: 4), objective: DINOLoss(),
        target: TargetNetwork(momentum: 0.9), optimizer: SGD(learningRate: 0.1))
      return try StepPlan(step, chunk: 2, workers: Workers(count: 1))
    }
    let alone = try plan()
    let expected = try Trained(by: StepProgram(alone), alone.step, steps: 3)
    let board = Board(ranks: ranks)
    let trained = try board.onEach { rank in
      let plan = try plan()
      return try Trained(
        by: StepProgram(plan) { RankExchange($0, rank, board) }, plan.step, steps: 3)
    }
    #expect(trained.count == ranks && Set(expected.losses).count == 3)
    for one in trained {
      #expect(one.losses.map(\.bitPattern) == expected.losses.map(\.bitPattern))
      for (path, values) in expected.weights {
        #expect(hasSameBits(one.weights[path] ?? [], values), "\(path)")
      }
    }
  }

  /// Each rank normalizes its part by the moments of the whole batch: the weights are those of a batch that
  /// is not cut. By its own moments they are others.
  @Test(arguments: [2, 4], [false, true])
  func synchronizedPartsAreTheWholeBatch(ranks: Int, isCheckpointed: Bool) throws {
    func inParts(isSynchronized: Bool) throws -> [Trained] {
      let board = Board(ranks: ranks)
      return try board.onEach { rank in
        let plan = try StepPlan(
          step(isSynchronized: isSynchronized, isCheckpointed), chunk: 16 / ranks, workers: Workers(count: 1))
        let program = try StepProgram(plan) { RankExchange($0, rank, board) }
        return try Trained(by: program, plan.step, steps: 2)
      }
    }
    let whole = try StepPlan(step(isSynchronized: true, isCheckpointed), workers: Workers(count: 1))
    let alone = try Trained(by: StepProgram(whole), whole.step, steps: 2)
    let synchronized = try inParts(isSynchronized: true)
    let apart = try inParts(isSynchronized: false)
    #expect(synchronized.count == ranks && apart.count == ranks)
    for (path, values) in alone.weights {
      let found = try #require(synchronized[0].weights[path])
      #expect(largestError(found, values) < 1e-5, "\(path)")
      for other in synchronized { #expect(hasSameBits(other.weights[path] ?? [], found), "\(path)") }
    }
    #expect(largestError(synchronized[0].losses, alone.losses) < 1e-5)
    #expect(largestError(apart[0].losses, alone.losses) > 1e-3)
    let path = "predictor.fc1.weight"
    let (far, near) = (try #require(apart[0].weights[path]), try #require(alone.weights[path]))
    #expect(largestError(far, near) > 1e-3)
  }

  private func step(isSynchronized: Bool, _ isCheckpointed: Bool) throws -> TrainingStep {
    func normalizing(_ layer: some Layer) -> any Layer { isSynchronized ? layer.synchronized() : layer }
    let encoder: any Layer = isCheckpointed ? Checkpoint { Smooth() } : Smooth()
    let predictor = PredictionHead {
      Linear(8, bias: false); BatchNorm(); GELU()
      Linear(8)
    }
    return try TrainingStep(
      LayerSequence([normalizing(LayerSequence([encoder])), Linear(8, bias: false)]), image: [8, 8, 3],
      pairs: Pairs(16), loss: BYOLLoss(), predictor: isSynchronized ? predictor.synchronized() : predictor,
      target: TargetNetwork(momentum: 0.9), optimizer: SGD(learningRate: 0.1))
  }

  /// Eight parts of two samples, with running statistics and a target network.
  private func step() throws -> TrainingStep {
    try TrainingStep(
      LayerSequence([BatchNorm(), ChunkedStepTests.Plain()]), image: [8, 8, 3], pairs: Pairs(16),
      loss: BYOLLoss(), predictor: PredictionHead { Linear(8) }, target: TargetNetwork(momentum: 0.9),
      optimizer: SGD(learningRate: 0.1))
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

/// The exchange of a rank that computes a run of the parts.
private final class RankExchange: Exchange {
  let parts: Range<Int>
  private let cut: BatchCut
  private let rank: Int
  private let board: Board
  private var round = 0
  private var batches: [(rows: UnsafeMutableBufferPointer<Float>, views: Int)] = []
  private var results: [(UnsafeMutableBufferPointer<Float>, PairwiseReduction.Kind)] = []

  init(_ cut: BatchCut, _ rank: Int, _ board: Board) {
    let run = cut.count / board.ranks
    self.cut = cut
    self.rank = rank
    self.board = board
    parts = rank * run..<(rank + 1) * run
  }

  private func all(_ own: [Float]) -> [[Float]] {
    defer { round += 1 }
    return board.all(own, from: rank, round: round)
  }

  func agree(_ failure: (any Error)?) throws {
    if let failure { throw failure }
  }

  func gatherReplicas(_ own: UnsafeBufferPointer<Float>, into all: UnsafeMutableBufferPointer<Float>) {
    board.gather(own, into: all, from: rank, round: &round)
  }

  func gather(
    _ rows: UnsafeBufferPointer<Float>, of part: Int, views: Int,
    into batch: UnsafeMutableBufferPointer<Float>
  ) {
    cut.copy(rows, of: part, views: views, into: batch)
    if part == parts.upperBound - 1 { batches.append((batch, views)) }
  }

  func finishGathering(_ failure: (any Error)?) throws {
    if let failure { throw failure }
    for (batch, views) in batches {
      for (other, values) in all(Array(batch)).enumerated() {
        for part in other * parts.count..<(other + 1) * parts.count {
          values.withUnsafeBufferPointer { values in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: batch.count / cut.count) { piece in
              cut.copy(from: values, of: part, views: views, into: piece)
              cut.copy(UnsafeBufferPointer(piece), of: part, views: views, into: batch)
            }
          }
        }
      }
    }
    batches = []
  }

  func reduce(
    _ values: UnsafeBufferPointer<Float>, of part: Int, tensor: Int, by reduction: PairwiseReduction
  ) {
    reduction.add(values, of: part - parts.lowerBound, tensor: tensor)
    if part == parts.upperBound - 1 { results.append((reduction.result(of: tensor), reduction.kind)) }
  }

  func finishReducing() {
    for (result, kind) in results {
      let ranks = PairwiseReduction(kind, into: [result], parts: board.ranks, workers: Workers(count: 1))
      for (rank, values) in all(Array(result)).enumerated() {
        values.withUnsafeBufferPointer { ranks.add($0, of: rank, tensor: 0) }
      }
    }
    results = []
  }
}
