import Foundation
import Ops

extension Pipeline {
  /// Runs the stages, each once, and reuses finished ones with the same settings, data, seed and
  /// predecessors.
  ///
  /// The output folder gets a weight file for each stage (safetensors, torchvision's names and layouts), the
  /// predictions of each classifier, `photographs.csv`, `history.jsonl` while it runs, and `results.json`. An
  /// interrupted run resumes from its last checkpoint, written after each epoch, every ten minutes and at the
  /// interruption. The same seed gives the same weights, bit by bit, for any number of threads.
  ///
  /// - Parameters:
  ///   - dataset: The photographs.
  ///   - folder: The folder for weights and results.
  ///   - size: The side of the views in pixels; by default that of the first photograph.
  ///   - seed: The seed of all random numbers.
  ///   - interval: The number of epochs between nearest-neighbor evaluations during pretraining.
  ///   - saving: The longest training time within an epoch between checkpoints.
  ///   - workers: The threads.
  ///   - ranks: The processes that compute the steps together, of which this is the first; the others
  ///     ``follow(_:on:size:seed:workers:)`` it.
  ///   - memory: The available memory.
  ///   - interruption: The request to end the run early.
  ///   - origin: What the run was started with, for its record.
  ///   - page: What `report.html` shows; nil for no such file.
  ///   - reporting: Receives each event; by default its line is printed.
  /// - Throws: `PipelineErrors` with everything that prevents a stage from running, including a lack of
  ///   memory or disk space, before any runs; `RunError` if a training diverges, the run is interrupted or a
  ///   file cannot be written; `DataError` if a photograph and its substitutes cannot be read, or one of a
  ///   strict dataset cannot.
  @discardableResult
  public func run(
    on dataset: Dataset, in folder: RunFolder, size: Int? = nil, seed: UInt64 = 0,
    checkingEvery interval: Int = 5, savingEvery saving: Duration = .seconds(600), workers: Workers = .shared,
    ranks: Ranks? = nil, memory: SystemMemory = .current, interruption: Interruption = Interruption(),
    origin: RunOrigin = RunOrigin(), page: RunReport.Options? = RunReport.Options(),
    reporting: @escaping (RunEvent) -> Void = printLine
  ) throws -> Report {
    let run = try PipelineRun(
      self, on: dataset, in: folder, size: size, seed: seed, interval: interval, saving: saving,
      workers: workers, ranks: ranks, memory: memory, interruption: interruption, origin: origin, page: page,
      report: reporting)
    do {
      let report = try run.run()
      try ranks?.order(.end)
      return report
    } catch let error as FileError {
      ranks?.endAfterFailure()
      throw run.stopped(by: error)
    } catch {
      ranks?.endAfterFailure()
      throw error
    }
  }

  /// Runs the stages in a locked folder.
  ///
  /// - Parameters:
  ///   - dataset: The photographs.
  ///   - output: The folder for weights and results.
  ///   - size: The side of the views in pixels; by default that of the first photograph.
  ///   - seed: The seed of all random numbers.
  ///   - interval: The number of epochs between nearest-neighbor evaluations during pretraining.
  ///   - workers: The threads.
  ///   - memory: The available memory.
  ///   - reporting: Receives each event; by default its line is printed.
  @discardableResult
  public func run(
    on dataset: Dataset, output: URL, size: Int? = nil, seed: UInt64 = 0, checkingEvery interval: Int = 5,
    workers: Workers = .shared, memory: SystemMemory = .current,
    reporting: @escaping (RunEvent) -> Void = printLine
  ) throws -> Report {
    try run(
      on: dataset, in: RunFolder(output), size: size, seed: seed, checkingEvery: interval, workers: workers,
      memory: memory, reporting: reporting)
  }

  /// Runs the stages in the folder at a path.
  ///
  /// - Parameters:
  ///   - dataset: The photographs.
  ///   - output: The folder for weights and results.
  ///   - size: The side of the views in pixels; by default that of the first photograph.
  ///   - seed: The seed of all random numbers.
  ///   - interval: The number of epochs between nearest-neighbor evaluations during pretraining.
  ///   - workers: The threads.
  ///   - reporting: Receives each event; by default its line is printed.
  @discardableResult
  public func run(
    on dataset: Dataset, output: String, size: Int? = nil, seed: UInt64 = 0, checkingEvery interval: Int = 5,
    workers: Workers = .shared, reporting: @escaping (RunEvent) -> Void = printLine
  ) throws -> Report {
    try run(
      on: dataset, output: URL(filePath: output), size: size, seed: seed, checkingEvery: interval,
      workers: workers, reporting: reporting)
  }
}

/// Prints one or more lines, without terminal control characters, and flushes the output, even if it is not a
/// terminal.
///
/// - Parameter line: The text.
public func printAtOnce(_ line: String) {
  print(line.printableLines)
  fflush(nil)
}

/// Prints the line of an event, if it has one.
///
/// - Parameter event: The event.
public func printLine(of event: RunEvent) {
  if let line = event.line { printAtOnce(line) }
}
