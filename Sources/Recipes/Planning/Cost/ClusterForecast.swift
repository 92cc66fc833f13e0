import Foundation
import Ops

/// The time, memory and traffic of a run on several machines of the kind of this one, with one rank on each:
/// a model of its steps by their operations and bytes, for batches that cannot be timed here.
///
///     let forecast = try pipeline.forecast(on: dataset, in: folder, machines: 16, bitsPerSecond: 25e9)
///     print(forecast.summary)
public struct ClusterForecast: Sendable {
  /// The time, memory and traffic of the run on a number of machines.
  public struct Row: Sendable {
    /// The machines.
    public let machines: Int
    /// The seconds of the run.
    public let seconds: Double
    /// The speed over that of one machine times the number of machines.
    public let efficiency: Double
    /// The peak memory of a machine in bytes.
    public let memory: Int
    /// The largest number of bytes that a machine sends in a step.
    public let bytesPerStep: Int
    /// The bytes that all machines send during the run.
    public let bytes: Double
    /// The main cause of lost efficiency; nil for one machine.
    public let loss: String?
  }

  /// The numbers of machines, each twice the one before, except that asked for.
  public let rows: [Row]
  /// The number of machines that was asked for.
  public let machines: Int
  /// The bits per second between machines.
  public let bitsPerSecond: Double
  let rates: MachineRates
  /// Whether stages are trained in mixed precision.
  let isMixed: Bool
  /// A sentence for each wave of trainings side by side, on the machines that were asked for.
  let spread: [String]
  /// Why there are no more rows, in a sentence.
  let end: String

  /// The efficiency below which more machines are no use.
  static let leastEfficiency = 0.5
  /// The largest number of machines.
  public static let mostMachines = 4096
}

extension Pipeline {
  /// Computes what a run takes on several machines like this one. Nothing is written, and no step of the run
  /// is made: the rates of this machine are measured by a small one.
  ///
  /// - Parameters:
  ///   - dataset: The photographs.
  ///   - folder: The folder of the run: stages that are finished there take no time.
  ///   - size: The side of the views in pixels; by default that of the first photograph.
  ///   - seed: The seed of all random numbers.
  ///   - interval: The number of epochs between nearest-neighbor evaluations during pretraining.
  ///   - page: What `report.html` shows; nil for no such file.
  ///   - machines: The number of machines, each with one rank.
  ///   - bitsPerSecond: The bits per second between machines.
  ///   - workers: The threads.
  /// - Throws: `PipelineErrors` with everything that prevents a stage from running; `RankError` if the
  ///   machines cannot share its batches.
  public func forecast(
    on dataset: Dataset, in folder: URL, size: Int? = nil, seed: UInt64 = 0,
    checkingEvery interval: Int = 5, page: RunReport.Options? = RunReport.Options(),
    machines: Int, bitsPerSecond: Double, workers: Workers = .shared
  ) throws -> ClusterForecast {
    try Check.run(
      Check.count("machines", machines, atMost: ClusterForecast.mostMachines),
      Check.number("bitsPerSecond", bitsPerSecond, above: 0, atMost: 1e15))
    let alone = try PipelinePlan(self, on: dataset, size: size, seed: seed, workers: workers)
    let isMixed = alone.stages.contains { $0.precision == .mixed }
    let rates = try MachineRates.measured(in: isMixed ? .mixed : .single, by: workers)
    let work = ClusterWork(
      of: alone, on: dataset, in: StageFiles(folder: folder), checkingEvery: interval, page: page,
      rates: rates, bitsPerSecond: bitsPerSecond)
    let first = work.taken(by: 1, alone)
    var rows = [work.row(of: alone, machines: 1, alone: first)]
    func next(after count: Int) -> Int { count < machines ? min(2 * count, machines) : 2 * count }
    var (count, end) = (next(after: 1), "")
    var spread: [String] = []
    while end.isEmpty {
      let plan: PipelinePlan
      do {
        plan = try PipelinePlan(
          chunks == nil ? cut(into: count) : self, on: dataset, size: size, seed: seed, workers: workers,
          ranks: count)
        for stage in plan.stages { try stage.requireSharable(by: count) }
      } catch {
        if count == machines { throw error }
        if count > machines {
          end = "\(rows[rows.count - 1].machines) is the most machines that can share its batches."
        }
        count = next(after: count)
        continue
      }
      rows.append(work.row(of: plan, machines: count, alone: first))
      end = rows[rows.count - 1].end(after: machines) ?? ""
      if count == machines { spread = try work.spread(of: plan, on: machines) }
      count = next(after: count)
    }
    return ClusterForecast(
      rows: rows, machines: machines, bitsPerSecond: bitsPerSecond, rates: rates,
      isMixed: alone.stages.contains { $0.precision == .mixed }, spread: spread, end: end)
  }
}

extension ClusterForecast.Row {
  /// Why no more than these machines are of use; nil if more may be, or more were asked for.
  fileprivate func end(after machines: Int) -> String? {
    guard self.machines >= machines else { return nil }
    if efficiency < ClusterForecast.leastEfficiency {
      return "With \(self.machines) machines more than half of what they could do is lost, most of it to "
        + "\(loss ?? "other work")."
    }
    if self.machines >= ClusterForecast.mostMachines { return "More machines are not described." }
    return nil
  }
}
