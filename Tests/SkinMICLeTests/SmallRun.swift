import Foundation
import Recipes
import Testing

/// Runs of the program that take seconds and have all kinds of files.
struct SmallRun: Sendable, CustomTestStringConvertible {
  let testDescription: String
  private let arguments: [String]
  private let hasPhotographs: Bool

  /// Made-up patients, SimCLR and MICLe.
  static let madeUp = SmallRun(
    testDescription: "made-up patients",
    arguments: [
      "--epochs", "2", "--patients", "140", "--labelled", "1", "--test", "1", "--branches", "none,micle",
    ], hasPhotographs: false)

  /// Photographs in files, with a cache, searches and repetitions.
  static let photographs = SmallRun(
    testDescription: "photographs",
    arguments: [
      "--epochs", "2", "--micle-epochs", "2", "--batch", "8", "--branches", "simclr,micle", "--tune", "head",
      "--labels", "0.5,1",
    ], hasPhotographs: true)

  /// What the program is given, for a run in a folder below `folder`.
  func arguments(in folder: URL, out: String) throws -> [String] {
    var all = arguments + ["--network", "tiny", "--size", "16", "--seed", "3", "--save-every", "0"]
    all += ["--out", folder.appending(path: out).path]
    if hasPhotographs { all += ["--data", try manifest(in: folder).path] }
    return all
  }

  /// Adds `broken.ppm`, which ends too early, to the photographs of a run in a folder.
  static func addBrokenPhotograph(to folder: URL) throws {
    try (Data("P6 40 40 255\n".utf8) + Data(repeating: 9, count: 100)).write(
      to: folder.appending(path: "broken.ppm"))
    let manifest = folder.appending(path: "manifest.csv")
    let rows = try String(contentsOf: manifest, encoding: .utf8) + "broken.ppm,P99,\n"
    try Data(rows.utf8).write(to: manifest)
  }

  /// Photographs of 30 patients, two each, and their manifest, written when there is none.
  private func manifest(in folder: URL) throws -> URL {
    let manifest = folder.appending(path: "manifest.csv")
    if FileManager.default.fileExists(atPath: manifest.path) { return manifest }
    var lines = ["image,patient,label"]
    for patient in 0..<30 {
      for shot in 0..<2 {
        let name = "\(patient)-\(shot).ppm"
        let shade = UInt8(60 + 60 * (patient % 3) + shot)
        let pixels = (0..<40 * 40).flatMap { place -> [UInt8] in
          [shade, UInt8(place * (patient + 3) % 200), UInt8(patient)]
        }
        try (Data("P6 40 40 255\n".utf8) + Data(pixels)).write(to: folder.appending(path: name))
        lines.append("\(name),P\(patient),\(["dark", "gray", "light"][patient % 3])")
      }
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: manifest)
    return manifest
  }
}

/// Everything that a run has left in its folder, without what depends on the clock or on who came first.
struct RunContents: Equatable {
  private let files: [String: Data]

  init(of folder: URL) throws {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      // The order of the pictures in the cache is that in which they were first asked for.
      files[name] = name == "cache" ? Data() : try Data(contentsOf: folder.appending(path: name))
    }
    if let results = files["results.json"] {
      files["results.json"] = try RunContents.withoutTimes(JSONSerialization.jsonObject(with: results))
    }
    if files["history.jsonl"] != nil {
      // A continued run has more lines; what is read from them is the same.
      let history = RunHistory(contentsOf: folder.appending(path: "history.jsonl"))
      let epochs = history.epochs.mapValues { $0.map { [$0.loss, $0.rate, $0.spread?.deviation ?? 0] } }
      files["history.jsonl"] = Data("\(epochs.sorted { $0.key < $1.key }) \(history.warnings)".utf8)
    }
    files["report.html"] = files["report.html"].map { _ in Data() }  // it says when, and for how long
    self.files = files
  }

  /// Returns JSON without what depends on the clock, or on which run trained a stage.
  private static func withoutTimes(_ value: Any) throws -> Data {
    func cleaned(_ value: Any) -> Any {
      if let list = value as? [Any] { return list.map(cleaned) }
      guard let object = value as? [String: Any] else { return value }
      let clock: Set = ["seconds", "began", "ended", "isReused", "command", "threads", "ranks"]
      return object.filter { !clock.contains($0.key) }.mapValues(cleaned)
    }
    return try JSONSerialization.data(withJSONObject: cleaned(value), options: .sortedKeys)
  }

  /// The names of files that one has and the other has not, or that differ.
  func differences(from other: RunContents) -> [String] {
    Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
  }
}
