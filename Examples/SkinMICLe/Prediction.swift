import Foundation
import Recipes

/// What a classifier of an earlier run says of photographs.
struct Prediction {
  private let predictor: Predictor
  private let branch: RunFile.Branch

  /// The classifier of a branch of the run in a folder.
  init(_ folder: URL, branch name: String?) throws {
    let run = try RunFile(in: folder)
    branch = try run.branch(named: name)
    predictor = try Predictor(
      run.network.encoder(width: run.width), weights: folder.appending(path: branch.file))
  }

  /// Prints the three likeliest conditions of every photograph and writes the table, if there is to be one.
  ///
  /// - Returns: Whether all photographs could be read.
  func run(on paths: [String], table: String?) throws -> Bool {
    let files = try paths.flatMap { try photographs(at: $0) }
    var rows = [["image"] + predictor.classes]
    var allAreReadable = true
    printAtOnce("\(files.count) photographs, by \"\(branch.name)\"")
    for first in stride(from: 0, to: files.count, by: Predictor.batch) {
      let batch = Array(files[first..<min(first + Predictor.batch, files.count)])
      for (file, result) in zip(batch, try predictor.ranked(batch)) {
        let answers: [Predictor.Answer]
        do { answers = try result.get() } catch {
          allAreReadable = false
          fputs("\(file.path) is left out: \(error)\n", standardError)
          continue
        }
        printAtOnce("\(file.path)  \(answers.prefix(3).map(text).joined(separator: "  "))")
        let probabilities = Dictionary(answers.map { ($0.name, $0.probability) }) { first, _ in first }
        rows.append(
          [file.path] + predictor.classes.map { String(format: "%.5f", probabilities[$0] ?? 0) })
      }
    }
    if let table {
      let text = rows.map { $0.map(CSV.field).joined(separator: ",") + "\n" }.joined()
      try AtomicFile.write(text, to: URL(filePath: table))
    }
    return allAreReadable
  }

  private func text(_ answer: Predictor.Answer) -> String {
    "\(answer.name) " + String(format: "%.3f", answer.probability)
  }

  /// The photograph at a path, or those in a folder and the folders in it.
  private func photographs(at path: String) throws(FileError) -> [URL] {
    let url = URL(filePath: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw .unreadable(file: path, reason: "there is no such file")
    }
    guard isFolder.boolValue else { return [url] }
    let found = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil)
    let files = (found?.allObjects ?? []).compactMap { $0 as? URL }
    return files.filter { Image.isPicture(named: $0.path) }.sorted { $0.path < $1.path }
  }
}
