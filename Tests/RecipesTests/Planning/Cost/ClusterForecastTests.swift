import Foundation
import Testing

@testable import Recipes

struct ClusterForecastTests {
  private let folder: ScratchFolder
  private let workers = Workers(count: 1)

  init() throws { folder = try ScratchFolder() }

  private func described(
    _ pipeline: Pipeline, machines: Int, bitsPerSecond: Double = 1e10
  ) throws -> ClusterForecast {
    try pipeline.forecast(
      on: SmallClinic.dataset(), in: folder.url, seed: 7, machines: machines, bitsPerSecond: bitsPerSecond,
      workers: workers)
  }

  @Test func machinesAreDoubledUntilMoreAreNoUse() throws {
    let forecast = try described(SmallClinic.pipeline(), machines: 2)
    #expect(forecast.rows.map(\.machines).prefix(2) == [1, 2])
    for (row, next) in zip(forecast.rows, forecast.rows.dropFirst()) {
      #expect(next.machines == 2 * row.machines && next.bytes > row.bytes)
    }
    let first = forecast.rows[0]
    #expect(first.efficiency == 1 && first.bytes == 0 && first.loss == nil && first.seconds > 0)
    for row in forecast.rows.dropFirst() {
      let expected = first.seconds / row.seconds / Double(row.machines)
      #expect(abs(row.efficiency - expected) < 1e-9 && row.loss != nil)
    }
    let last = try #require(forecast.rows.last)
    #expect(last.efficiency < ClusterForecast.leastEfficiency || forecast.end.contains("cannot share"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func theRateOfBFloat16IsSaidWhereItIsUsed() throws {
    let mixed = Pipeline("small", precision: .mixed) { SmallClinic.pipeline().stages[1] }
    for (pipeline, isMixed) in [(SmallClinic.pipeline(), false), (mixed, true)] {
      let summary = try described(pipeline, machines: 1).summary
      #expect(summary.contains(#/ [1-9]\d* in bfloat16, /#) == isMixed, "\(summary)")
    }
  }

  /// The summary has a row for each number of machines, under a head.
  @Test func theSummaryIsATable() throws {
    let forecast = try described(SmallClinic.pipeline(), machines: 2)
    let lines = forecast.summary.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("On machines like this one (1 thread; "))
    #expect(lines[0].contains("with 10 Gbit/s between them"))
    let head = ["machines", "hours", "machine-hours", "efficiency", "memory", "sent a step", "most lost to"]
    #expect(lines[1].split(separator: #/ {2,}/#).map(String.init) == head)
    #expect(lines[2].contains(#/^ +1 .* 100 % .* [MG]iB +- +-$/#), "\(lines[2])")
    #expect(lines[3].contains(#/^ +2 .* \d+ % .* [MG]iB .* [MG]iB +[a-z]/#), "\(lines[3])")
    let rest = lines.dropFirst(2 + forecast.rows.count)
    #expect(rest.first?.hasPrefix("2 machines take about ") == true, "\(rest)")
  }

  /// A step of a chunk takes less memory than that of the batch, and with one chunk a rank keeps one sum.
  @Test func aMachineKeepsItsChunksAlone() throws {
    let plan = try PipelinePlan(
      SmallClinic.pipeline().cut(into: 4), on: SmallClinic.dataset(), size: nil, seed: 0, workers: workers)
    let stage = try #require(plan.stages.first { $0.program.cut?.batch.count == 4 })
    let gradients = StepCost(of: stage.program).gradientBytes
    let states = StepCost(of: stage.program).stateBytes
    // The tree of four chunks has branches of three heights, that of one chunk has one.
    #expect(stage.program.bytes(ranks: 1) - stage.program.bytes(ranks: 4) == 2 * (gradients + states))
    #expect(stage.program.byteCount == stage.program.bytes(ranks: 1))
  }

  @Test func machinesThatCannotShareABatchAreRefused() throws {
    #expect(throws: RankError.self) { try described(SmallClinic.pipeline().cut(into: 4), machines: 3) }
    let forecast = try described(SmallClinic.pipeline().cut(into: 2), machines: 1)
    #expect(forecast.rows.count <= 2)
  }

  @Test(arguments: [(0, 1e9), (4097, 1e9), (2, 0), (2, .nan)])
  func impossibleClustersAreRefused(machines: Int, bitsPerSecond: Double) throws {
    #expect(throws: PipelineErrors.self) {
      try described(SmallClinic.pipeline(), machines: machines, bitsPerSecond: bitsPerSecond)
    }
  }

  @Test func finishedStagesTakeNoTime() throws {
    try SmallClinic.pipeline().run(
      on: SmallClinic.dataset(), output: folder.url, seed: 7, workers: workers, reporting: { _ in })
    let forecast = try described(SmallClinic.pipeline(), machines: 1)
    #expect(forecast.rows[0].bytes == 0 && forecast.rows[0].bytesPerStep == 0)
  }
}
