import Foundation
import Ops
import Recipes
import Testing

/// `1 - cos` of the two views: nothing keeps it from making all embeddings equal.
private struct Attraction: ContrastiveLoss {
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let z = z.l2Normalized()
    return 1 - (z * pairs.swapped(z)).sum(axes: [1]).mean()
  }
}

/// Rows that are all the same.
private struct Deaf: Layer {
  func apply(to x: Tensor) -> Tensor { x * 0 + 1 }
}

/// Trainings that go wrong, and one that does not.
struct CollapseRunTests {
  private func stage(
    _ head: any Layer = ProjectionHead(hidden: [8], output: 8, normalizingOutput: false),
    loss: any EmbeddingLoss, rate: Double = 0.5, batch: Int = 8, chunk: Int? = nil, epochs: Int = 12
  ) -> Stage {
    Stage("only", on: .unlabelled) {
      Views(2) {
        RandomResizedCrop(area: 0.5...1); RandomFlip()
      }
      SmallClinic.encoder
      head
      loss
      Optimize(SGD(learningRate: rate), scaling: .none, batch: batch, chunk: chunk, epochs: epochs)
    }
  }

  private func run(_ stage: Stage) throws -> (StageReport, [String]) {
    let (folder, log) = (try ScratchFolder(), SmallClinic.Log())
    let report = try Pipeline("collapse") { stage }.run(
      on: try SmallClinic.dataset(), output: folder.url, seed: 7, workers: Workers(count: 1)
    ) { log.note($0) }
    return (report.stages[0], log.lines)
  }

  private let sentences = ["the loss sits", "all embeddings point", "the embeddings vary", "some embeddings"]

  private func warnings(_ lines: [String]) -> [String] {
    lines.filter { line in sentences.contains { line.hasPrefix("only  \($0)") } }
  }

  @Test(arguments: [nil, 4])
  func aLossThatOnlyAttractsCollapses(chunk: Int?) throws {
    let (report, lines) = try run(stage(loss: Attraction(), chunk: chunk))
    let last = try #require(report.history.spreads[12])
    #expect(last.deviation < 0.1, "\(report.history.spreads)")
    #expect(warnings(lines).count { $0.hasPrefix("only  all embeddings point almost the same way") } == 1)
    #expect(!lines.contains { $0.contains("the loss sits") })
  }

  /// A batch normalization keeps up the variance of the columns, but not that they differ.
  @Test func itsDimensionsCollapseUnderABatchNormalisation() throws {
    let (report, lines) = try run(
      stage(ProjectionHead(hidden: [8], output: 40), loss: Attraction(), rate: 0.5, batch: 24, epochs: 60))
    #expect(report.history.spreads.values.allSatisfy { $0.deviation > 0.1 })
    #expect(warnings(lines).count == 1)
    #expect(warnings(lines).allSatisfy { $0.hasPrefix("only  the embeddings vary in few directions") })
  }

  @Test(arguments: [(false, 0.1), (false, 0.5), (true, 0.1)])
  func aHealthyTrainingIsNotWarnedOf(normalizingOutput: Bool, rate: Double) throws {
    let head = ProjectionHead(hidden: [8], output: 8, normalizingOutput: normalizingOutput)
    let (report, lines) = try run(stage(head, loss: NTXent(), rate: rate))
    #expect(warnings(lines).isEmpty, "\(lines)")
    #expect(report.history.spreads.keys.sorted() == Array(1...12))
    let rank = try #require(report.history.spreads[12])
    #expect(rank.possibleRank == 8)
    let end = String(format: "rank %.0f of 8", rank.effectiveRank)
    #expect(lines.contains { $0.hasPrefix("only  epoch 12/12  loss ") && $0.contains("  \(end)  ") })
  }

  @Test func theLossThatSitsAtItsCollapseValueIsToldOnce() throws {
    let (report, lines) = try run(
      stage(
        LayerSequence([ProjectionHead(hidden: [8], output: 8), Deaf()]), loss: NTXent()))
    #expect(abs((report.history.losses.last ?? 0) - log(15)) < 1e-4)
    #expect(
      warnings(lines) == [
        "only  the loss sits at 2.708, that of embeddings which are all the same, and their deviation is 0.000, where "
          + "1 is an even spread: the encoder has collapsed or learns nothing. Lower the learning rate, warm up for "
          + "longer or weaken the views."
      ])
  }

  @Test func aQueueHasNoCollapseValueAndAClassifierNoSpread() throws {
    let folder = try ScratchFolder()
    let report = try Pipeline("others") {
      MoCo(
        SmallClinic.encoder, head: ProjectionHead(hidden: [8], output: 8), loss: InfoNCE(queue: 20),
        scaling: .none, batch: 8, epochs: 1)
      Classifier(SmallClinic.encoder, classes: 3, named: "classes", batch: 8, epochs: 1)
    }.run(on: try SmallClinic.dataset(), output: folder.url, workers: Workers(count: 1), reporting: { _ in })
    #expect(report.stages.map(\.collapse) == [nil, nil])
    #expect(report.stages.map { $0.history.spreads.count } == [1, 0])
  }
}
