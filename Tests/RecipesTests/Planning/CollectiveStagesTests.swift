import Foundation
import Testing

@testable import Recipes

/// Stages with synchronized batch normalization need one chunk on each rank.
struct CollectiveStagesTests {
  private static func pipeline(isSynchronized: Bool = true, chunk: Int? = nil) -> Pipeline {
    let encoder = SmallClinic.encoder
    return Pipeline("small") {
      SimCLR(
        isSynchronized ? encoder.synchronized() : encoder, head: ProjectionHead(hidden: [8], output: 8),
        optimizer: SGD(learningRate: 0.1), batch: 8, chunk: chunk, epochs: 1)
      Classifier(encoder, classes: 3, named: "alone", batch: 8, epochs: 1)
    }
  }

  private static func problems(
    of pipeline: Pipeline, on processes: Int
  ) throws -> [String] {
    let plan = try PipelinePlan(
      pipeline, on: SmallClinic.dataset(), size: nil, seed: 0, workers: .shared)
    do throws(PipelineErrors) {
      try plan.requireOnePart(onEachOf: processes)
      return []
    } catch { return error.problems }
  }

  private static let beginning = """
    The stage "simclr" has synchronized batch normalizations, so that the chunks of a batch are computed at \
    the same time, one on each rank; but
    """

  @Test func eachRankHasOneChunk() throws {
    let cut = Self.pipeline().cut(into: 4)
    #expect(try Self.problems(of: cut, on: 4) == [])
    #expect(
      try Self.problems(of: cut, on: 1) == [
        Self.beginning
          + " one process would compute its 4 chunks in turn: start 4 ranks, use whole batches, or batch "
          + "normalization that is not synchronized."
      ])
    #expect(
      try Self.problems(of: cut, on: 2) == [
        Self.beginning
          + " 2 ranks would share its 4 chunks: use 2 chunks (chunk: 4), or batch normalization that is not "
          + "synchronized."
      ])
    #expect(try Self.problems(of: Self.pipeline(chunk: 2), on: 4) == [])
    #expect(try Self.problems(of: Self.pipeline(chunk: 2), on: 1).count == 1)
    #expect(try Self.problems(of: Self.pipeline(isSynchronized: false, chunk: 2), on: 1) == [])
    #expect(try Self.problems(of: Self.pipeline(), on: 1) == [])
  }

  /// Nothing has been written when a run is refused; with whole batches it runs.
  @Test func oneProcessRunsItInWholeBatches() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let error = #expect(throws: PipelineErrors.self) {
      try Self.pipeline(chunk: 4).run(on: SmallClinic.dataset(), in: RunFolder(folder))
    }
    #expect(error?.problems.count == 1 && error?.problems.first?.hasPrefix(Self.beginning) == true)
    let written = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(written?.contains { $0.hasSuffix(".safetensors") } != true)
    try Self.pipeline().run(on: SmallClinic.dataset(), in: RunFolder(folder))
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "simclr.safetensors").path))
  }

  /// How long it takes is known before it runs on ranks.
  @Test func itIsForecastByOneProcess() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    let forecast = try Self.pipeline(chunk: 2).forecast(on: SmallClinic.dataset(), in: folder)
    #expect(forecast.summary.contains("they take about"), "\(forecast.summary)")
  }

  /// The stage is another one, and those without synchronization are not.
  @Test func onlyItsOwnStagesAreOthers() throws {
    func hashes(_ pipeline: Pipeline) throws -> [String] {
      try PipelinePlan(pipeline, on: SmallClinic.dataset(), size: nil, seed: 0, workers: .shared).stages
        .map(\.hash)
    }
    let (with, without) = (
      try hashes(Self.pipeline()), try hashes(Self.pipeline(isSynchronized: false))
    )
    #expect(with[0] != without[0] && with[1] == without[1])
  }
}
