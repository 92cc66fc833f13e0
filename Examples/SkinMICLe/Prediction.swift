import Foundation
import Recipes

/// Predictions for photographs by a classifier of an earlier run.
struct Prediction {
  private let predictor: Predictor
  private let branch: RunFile.Branch
  /// The prediction sets of the branch; nil for a run without photographs to calibrate them on.
  private let sets: ConformalPredictor?

  /// Loads the classifier of a branch of the run in a folder.
  init(_ folder: URL, branch name: String?) throws {
    let run = try RunFile(in: folder)
    branch = try run.branch(named: name)
    let weights = folder.appending(path: branch.file)
    predictor = try Predictor(run.encoder(of: weights), weights: weights)
    let calibration = folder.appending(path: branch.calibration)
    sets =
      FileManager.default.fileExists(atPath: calibration.path)
      ? try Calibration(contentsOf: calibration).sets : nil
  }

  /// Prints the three likeliest conditions of every photograph, and those of its prediction set, and writes
  /// the table, if requested.
  ///
  /// - Returns: Whether nothing was skipped.
  /// - Throws: `FileError` if there is no photograph.
  func run(on paths: [String], table: String?) throws -> Bool {
    let found = try Prediction.photographs(at: paths)
    let files = Array(found.urls)
    var rows = [["image"] + predictor.classes + (sets == nil ? [] : ["prediction set"])]
    var isComplete = found.leftOut.isEmpty
    printAtOnce("\(files.count) photographs, by \"\(branch.name)\"")
    if let sets {
      printAtOnce(
        "In braces is a set that has the right condition for \(percent(sets.coverage)) of new patients like those of "
          + "validation (\(sets.patients)).")
    }
    for first in stride(from: 0, to: files.count, by: Predictor.batch) {
      let batch = Array(files[first..<min(first + Predictor.batch, files.count)])
      for (file, result) in zip(batch, try predictor.predict(batch)) {
        let answers: [Predictor.Answer]
        do { answers = try result.get() } catch {
          isComplete = false
          fputs("\(file.path) is left out: \(error)".printable + "\n", standardError)
          continue
        }
        let known = Dictionary(answers.map { ($0.name, $0.probability) }) { first, _ in first }
        let probabilities = predictor.classes.map { known[$0] ?? 0 }
        let set = sets.map { $0.classes(of: probabilities).map { predictor.classes[$0] } }
        let line = [file.path.printable] + answers.prefix(3).map(text) + (set.map { [braces($0)] } ?? [])
        printAtOnce(line.joined(separator: "  "))
        rows.append(
          [file.path] + probabilities.map { String(format: "%.5f", $0) }
            + (set.map { [$0.joined(separator: "; ")] } ?? []))
      }
    }
    if let table {
      try AtomicFile.write(CSV.text(of: rows), to: URL(filePath: table))
    }
    return isComplete
  }

  private func text(_ answer: Predictor.Answer) -> String {
    "\(answer.name.printable) " + String(format: "%.3f", answer.probability)
  }

  /// Returns the names of a set, of a large one the first.
  private func braces(_ set: [String]) -> String {
    let names = set.prefix(5).map(\.printable) + (set.count > 5 ? ["and \(set.count - 5) more"] : [])
    return "{\(names.joined(separator: ", "))}"
  }

  private func percent(_ share: Double) -> String { String(format: "%g %%", 100 * share) }

  /// Returns the photographs at paths of the command line, and reports entries of folders that are none.
  ///
  /// - Throws: `FileError` if there is no photograph.
  static func photographs(at paths: [String]) throws(FileError) -> FoundPhotographs {
    let found = try FoundPhotographs(at: paths)
    report(found.leftOut)
    guard !found.files.isEmpty else {
      throw .unreadable(
        file: paths.joined(separator: ", "), reason: "there are no photographs that can be read")
    }
    return found
  }

  private static func report(_ leftOut: [FoundPhotographs.LeftOut]) {
    for item in leftOut.prefix(20) {
      fputs("\(item.path) is left out: \(item.reason)".printable + "\n", standardError)
    }
    if leftOut.count > 20 { fputs("and \(leftOut.count - 20) more are left out\n", standardError) }
  }
}
