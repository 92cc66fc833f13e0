import Foundation
import Ops
import Synchronization
import TestSupport
import Testing

@testable import Recipes

/// A step whose parts are computed at several places has the bits of one that computes all itself.
struct ExchangeTests {
  @Test(arguments: [1, 2, 4]) func whoComputesAPartMakesNoDifference(ranks: Int) throws {
    let plan = try StepPlan(step(), chunk: 2, workers: Workers(count: 1))
    let alone = try Trained(by: StepProgram(plan), plan.step, steps: 3)
    let board = Board(ranks: ranks)
    let results = Mutex<[Trained]>([])
    let group = DispatchGroup()
    for rank in 0..<ranks {
      group.enter()
      // They wait for each other, so each has a thread, however few processors there are.
      Thread.detachNewThread { [self] in
        defer { group.leave() }
        do {
          let plan = try StepPlan(step(), chunk: 2, workers: Workers(count: 1))
          let program = try StepProgram(plan) { RankExchange($0, rank, board) }
          let trained = try Trained(by: program, plan.step, steps: 3)
          results.withLock { $0.append(trained) }
        } catch { Issue.record(error) }
      }
    }
    group.wait()
    let trained = results.withLock { $0 }
    #expect(trained.count == ranks)
    for one in trained {
      #expect(one.losses.map(\.bitPattern) == alone.losses.map(\.bitPattern))
      #expect(hasSameBits(one.embeddings, alone.embeddings))
      for (path, values) in alone.weights { #expect(hasSameBits(one.weights[path] ?? [], values), "\(path)") }
    }
    #expect(Set(alone.losses).count == 3)
  }

  /// Eight parts of two samples, with running statistics and a target network.
  private func step() throws -> TrainingStep {
    try TrainingStep(
      LayerSequence([BatchNorm(), ChunkedStepTests.Plain()]), image: [8, 8, 3], pairs: Pairs(16),
      loss: BYOLLoss(), predictor: PredictionHead { Linear(8) }, target: TargetNetwork(momentum: 0.9),
      optimizer: SGD(learningRate: 0.1))
  }
}

/// Where ranks, each a thread, leave numbers for all others.
private final class Board: @unchecked Sendable {
  let ranks: Int
  private let condition = NSCondition()
  // The data that each rank contributes to each round.
  private var rounds: [[Int: [Float]]] = []

  init(ranks: Int) { self.ranks = ranks }

  /// Leaves numbers and waits for those of all ranks.
  func all(_ own: [Float], from rank: Int, round: Int) -> [[Float]] {
    condition.withLock {
      if round == rounds.count { rounds.append([:]) }
      rounds[round][rank] = own
      condition.broadcast()
      while rounds[round].count < ranks { condition.wait() }
      return (0..<ranks).compactMap { rounds[round][$0] }
    }
  }
}

/// The exchange of a rank that computes a run of the parts.
private final class RankExchange: Exchange {
  let parts: Range<Int>
  private let cut: BatchCut
  private let rank: Int
  private let board: Board
  private var round = 0
  private var batches: [UnsafeMutableBufferPointer<Float>] = []
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

  func gather(
    _ rows: UnsafeBufferPointer<Float>, of part: Int, into batch: UnsafeMutableBufferPointer<Float>
  ) {
    cut.copy(rows, of: part, into: batch)
    if part == parts.upperBound - 1 { batches.append(batch) }
  }

  func finishGathering(_ failure: (any Error)?) throws {
    if let failure { throw failure }
    for batch in batches {
      for (other, values) in all(Array(batch)).enumerated() {
        for part in other * parts.count..<(other + 1) * parts.count {
          values.withUnsafeBufferPointer { values in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: batch.count / cut.count) { piece in
              cut.copy(from: values, of: part, into: piece)
              cut.copy(UnsafeBufferPointer(piece), of: part, into: batch)
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
