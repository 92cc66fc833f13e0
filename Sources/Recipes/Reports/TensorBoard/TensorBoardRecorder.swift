import Foundation

/// The events of a run as event files of TensorBoard: a folder for each stage, and for each point of a
/// search, with the epochs as steps.
///
///     let recorder = TensorBoardRecorder(in: folder.appending(path: "tensorboard"))
///     try pipeline.run(on: dataset, in: run) { recorder($0) }
///     // tensorboard --logdir runs/skin/tensorboard
///
/// The tags are `loss`, `learning_rate`, `images_per_second`, and where they are measured `collapse`,
/// `validation`, `neighbors/top1`, `neighbors/balanced`, `spread/deviation`, `spread/effective_rank`,
/// `probe/top1` and `probe/balanced`.
public final class TensorBoardRecorder {
  private let folder: URL
  private let names: [String: String]
  private var writers: [String: TensorBoardWriter] = [:]
  private var epochs: [String: Int] = [:]
  // The tried point of a stage's search, which has a folder of its own.
  private var choices: [String: String] = [:]

  /// The first error in writing, after which nothing more is written.
  public private(set) var failure: FileError?

  /// Creates a recorder. Files are created when the first number is there.
  ///
  /// - Parameters:
  ///   - folder: The folder of the stages' folders.
  ///   - stages: The titles of the stages of the run; titles that differ only in case get folders that differ
  ///     otherwise, too.
  public init(in folder: URL, stages: [String] = []) {
    self.folder = folder
    var taken: Set<String> = []
    var names: [String: String] = [:]
    for stage in stages where names[stage] == nil {
      let name = TensorBoardRecorder.name(of: stage)
      let free = [name] + (2...(stages.count + 2)).map { "\(name) (\($0))" }
      names[stage] = free.first { taken.insert($0.lowercased()).inserted } ?? name
    }
    self.names = names
  }

  /// Records an event.
  ///
  /// - Parameter event: The event.
  public func callAsFunction(_ event: RunEvent) {
    guard failure == nil else { return }
    do throws(FileError) { try record(event) } catch { failure = error }
  }

  private func record(_ event: RunEvent) throws(FileError) {
    switch event {
    case .stageBegan(let beginning):
      choices[beginning.stage] = beginning.choice
      try writer(of: beginning.stage).restart(at: beginning.finished + 1)
      epochs[beginning.stage] = beginning.epochs
    case .beforeTraining(let stage, let accuracy, _):
      try writer(of: stage).restart(at: 0)
      try writer(of: stage).add(numbers(of: accuracy, "neighbors"), step: 0)
    case .epoch(let record): try writer(of: record.stage).add(numbers(of: record), step: record.epoch)
    case .probe(let stage, let accuracy):
      try writer(of: stage).add(numbers(of: accuracy, "probe"), step: epochs[stage] ?? 0)
    case .note, .step, .features, .exchange, .warning, .trial, .stageEnded: break
    }
  }

  private func writer(of stage: String) throws(FileError) -> TensorBoardWriter {
    let name = names[stage] ?? TensorBoardRecorder.name(of: stage)
    let full = name + (choices[stage].map { ", \(TensorBoardRecorder.name(of: $0))" } ?? "")
    if let writer = writers[full] { return writer }
    let writer = try TensorBoardWriter(in: folder.appending(path: full))
    writers[full] = writer
    return writer
  }

  private func numbers(of accuracy: RepresentationAccuracy, _ what: String) -> [(tag: String, number: Double)]
  {
    [("\(what)/top1", accuracy.top1), ("\(what)/balanced", accuracy.balanced)]
  }

  private func numbers(of record: EpochRecord) -> [(tag: String, number: Double)] {
    var numbers = [("loss", record.loss), ("learning_rate", record.rate)]
    if record.images > 0, record.seconds > 0 {
      numbers.append(("images_per_second", Double(record.images) / record.seconds))
    }
    if let collapse = record.collapse { numbers.append(("collapse", collapse)) }
    if let validation = record.validation { numbers.append(("validation", validation)) }
    if let spread = record.spread {
      numbers += [("spread/deviation", spread.deviation), ("spread/effective_rank", spread.effectiveRank)]
    }
    return numbers.map { (tag: $0.0, number: $0.1) }
      + (record.neighbors.map { self.numbers(of: $0, "neighbors") } ?? [])
  }

  /// Returns a title as the name of a folder on any system.
  private static func name(of stage: String) -> String {
    let name = stage.map { $0.isLetter || $0.isNumber || " +-_%,.()".contains($0) ? $0 : "_" }
    let trimmed = String(name).trimmingCharacters(in: CharacterSet(charactersIn: " ."))
    return trimmed.isEmpty ? "stage" : String(trimmed.prefix(60))
  }
}
