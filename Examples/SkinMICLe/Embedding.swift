import Foundation
import Recipes

// Features of photographs, and the photographs with similar ones.
extension SkinMICLe {
  /// Writes the features of photographs.
  static func embed(_ arguments: Arguments) throws {
    Signals.handle(saying: .nothingWritten)
    let embedder = try embedder(arguments)
    let found = try Prediction.photographs(at: arguments.words)
    var skipped = found.leftOut.count
    let output = URL(filePath: arguments.file ?? "")
    let progress = TerminalProgress()
    let title = "features of \(found.files.count) photographs"
    progress.show(title, done: 0, of: found.files.count)
    Signals.noteLine(true)
    let rows = try embedder.write(found.urls, to: output) { file, error in
      skipped += 1
      progress.finish()
      fputs("\(file.path) is left out: \(error)".printable + "\n", standardError)
    } progress: {
      progress.show(title, done: $0, of: found.files.count)
    }
    progress.finish()
    Signals.noteLine(false)
    print(
      "The features of \(rows) photographs, \(embedder.dimensions) each, are in \(output.relativePath)."
        .printable.fitting)
    if skipped > 0 {
      checkOutput()
      exit(ExitCode.data.rawValue)
    }
  }

  /// Prints the photographs of a file of features that are most similar to others.
  static func neighbors(_ arguments: Arguments) throws {
    Signals.handle(saying: .nothingWritten)
    let stored = try StoredFeatures(contentsOf: URL(filePath: arguments.among ?? ""))
    let embedder = try embedder(arguments)
    let found = try Prediction.photographs(at: arguments.words)
    let files = Array(found.urls)
    var isComplete = found.leftOut.isEmpty
    var rows = [["image", "rank", "neighbor", "similarity"]]
    var (readable, values) = ([URL](), [Float]())
    for (file, result) in zip(files, embedder.features(of: files)) {
      do {
        values += try result.get()
        readable.append(file)
      } catch {
        isComplete = false
        fputs("\(file.path) is left out: \(error)".printable + "\n", standardError)
      }
    }
    let queries = try Features(values, dimensions: embedder.dimensions)
    for (file, found) in zip(readable, try stored.nearest(to: queries, count: arguments.neighborCount)) {
      printAtOnce(file.path.printable)
      for (rank, neighbor) in found.enumerated() {
        let similarity = String(format: "%.4f", neighbor.similarity)
        printAtOnce("  \(similarity)  \(neighbor.image)".printable)
        rows.append([file.path, "\(rank + 1)", neighbor.image, String(format: "%.6f", neighbor.similarity)])
      }
    }
    if let table = arguments.csv { try AtomicFile.write(CSV.text(of: rows), to: URL(filePath: table)) }
    if !isComplete {
      checkOutput()
      exit(ExitCode.data.rawValue)
    }
  }

  // Loads the encoder of a stage of the run.
  private static func embedder(_ arguments: Arguments) throws -> Embedder {
    let folder = URL(filePath: arguments.run ?? "")
    let run = try RunFile(in: folder)
    let stages = try Results(contentsOf: folder.appending(path: "results.json")).run?.stages ?? []
    let names = stages.map(\.name).listed("and")
    guard let last = stages.last(where: { !$0.isClassifier }) ?? stages.last else {
      throw Arguments.Refusal(description: "The run has no stage with an encoder.")
    }
    let stage = arguments.stage.map { name in stages.first { $0.name == name } } ?? last
    guard let stage else {
      throw Arguments.Refusal(description: "--stage knows \(names), not \"\(arguments.stage ?? "")\".")
    }
    let weights = folder.appending(path: stage.weights)
    return try Embedder(run.encoder(of: weights), weights: weights)
  }
}
