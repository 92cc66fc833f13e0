import Foundation
import Recipes
import TestSupport
import Testing

@testable import SkinMICLe

/// What runs print and leave for scripts, and their exit codes.
@Suite(.serialized) struct OutputTests {
  private let scratch: ScratchFolder
  private var folder: URL { scratch.url.appending(path: "run") }

  init() throws { scratch = try ScratchFolder() }

  private func run(_ others: [String] = []) throws -> Command.Outcome {
    let small = [
      "--out", folder.path, "--epochs", "2", "--micle-epochs", "1", "--patients", "128", "--labelled", "1",
      "--test", "1", "--size", "16", "--network", "tiny", "--branches", "none,micle",
    ]
    return try Command(small + others).outcome()
  }

  @Test func anEventIsALineOfJSON() throws {
    let outcome = try run(["--json", "--tensorboard"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let events = try outcome.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
    let names = events.compactMap { $0["event"] as? String }
    #expect(names.count == events.count)
    #expect(Set(names).isSuperset(of: ["stageBegan", "step", "epoch", "stageEnded"]))
    let ended = events.filter { $0["event"] as? String == "stageEnded" }.compactMap { $0["stage"] as? String }
    #expect(ended == ["no pretraining", "simclr", "micle", "SimCLR + MICLe"])
    let epochs = events.filter { $0["event"] as? String == "epoch" && $0["stage"] as? String == "simclr" }
    #expect(epochs.map { $0["epoch"] as? Int } == [1, 2])
    #expect(outcome.errors.contains("paired difference") && outcome.errors.contains("The run takes at most "))

    let board = folder.appending(path: "tensorboard")
    let stages = try FileManager.default.contentsOfDirectory(atPath: board.path).sorted()
    #expect(stages == ["SimCLR + MICLe", "micle", "no pretraining", "photographs", "simclr"])
    for stage in stages {
      let files = try FileManager.default.contentsOfDirectory(atPath: board.appending(path: stage).path)
      let events = files.filter { $0.hasPrefix("events.out.tfevents.") }
      #expect(
        events.count == 1 && files.count == (stage == "photographs" ? (Decoders.thumbnails ? 5 : 4) : 1))
    }
    let photographs = board.appending(path: "photographs")
    func rows(_ name: String) throws -> [Substring] {
      try String(contentsOf: photographs.appending(path: name), encoding: .utf8).split(separator: "\n")
    }
    let gallery = try #require(try Gallery(in: folder))
    #expect(try rows("features.tsv").count == gallery.photographs.count)
    #expect(try rows("metadata.tsv").count == gallery.photographs.count + 1)
    let hasPictures = try rows("projector_config.pbtxt").contains("    image_path: \"sprite.png\"")
    #expect(hasPictures == Decoders.thumbnails)
    #expect(outcome.errors.contains("\nThe report is in \(folder.path)/report.html.\n"))
    #expect(outcome.errors.contains("\nWhat TensorBoard reads is in \(board.path).\n"))
  }

  @Test func aQuietRunPrintsItsTable() throws {
    let outcome = try run(["--quiet"])
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("\nbranch "))
    #expect(outcome.output.hasSuffix("all photographs of each together.\n"))
  }

  @Test func theSettingsOfARunMakeTheSameRun() throws {
    #expect(try run().code == 0)
    let settings = folder.appending(path: "settings.json").path
    let again = try Command(["run", "--settings", settings, "--out", folder.path]).outcome()
    #expect(again.code == 0, "\(again.errors)")
    #expect(again.output.contains("SimCLR + MICLe  is reused from"))
    #expect(again.output.contains("All stages are finished."))
    let same = try Command(["describe", "--settings", settings, "--out", folder.path]).outcome()
    #expect(same.code == 0 && same.output.hasSuffix("All stages are finished.\n"), "\(same.output)")
    let described = try Command(["describe", "--settings", settings, "--epochs", "3"]).outcome()
    #expect(described.code == 0 && described.output.contains("epochs: 3"))
    #expect(described.output.contains(/It trains \d+ steps; they take about \d+/))
  }

  @Test func aReportIsWrittenAgain() throws {
    #expect(try run().code == 0)
    let file = scratch.url.appending(path: "report.html")
    let outcome = try Command([
      "report", "--run", folder.path, "--out=\(file.path)", "--without-photographs", "--compare", folder.path,
    ]).outcome()
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output == "The report is in \(file.path).\n")
    #expect(try String(contentsOf: file, encoding: .utf8).hasPrefix("<!DOCTYPE html>"))
  }

  @Test func everyEndHasItsCode() throws {
    let settings = scratch.url.appending(path: "settings.json").path
    try Data(#"{"epoch": "3"}"#.utf8).write(to: URL(filePath: settings))
    let table = scratch.url.appending(path: "table.csv")
    try Data("image,patient,label\n\"a".utf8).write(to: table)
    let expected: [([String], Int32)] = [
      (["--sede", "1"], 64), (["preditc"], 64), (["--data", table.path, "--out", folder.path], 65),
      (["--data", scratch.url.path + "/none.csv", "--out", folder.path], 66),
      (["--settings", settings + ".none"], 66), (["report", "--run", scratch.url.path + "/none"], 66),
      (["--settings", settings], 78), (["--version"], 0), (["help", "predict"], 0),
    ]
    for (words, code) in expected {
      let outcome = try Command(words).outcome()
      #expect(outcome.code == code, "\(words): \(outcome.errors)")
      #expect((code == 0) == outcome.errors.isEmpty, "\(words)")
    }
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything")) func aForbiddenPlaceHasItsCode() throws {
    let closed = scratch.url.appending(path: "closed")
    try FileManager.default.createDirectory(at: closed, withIntermediateDirectories: true)
    chmod(closed.path, 0)
    defer { chmod(closed.path, 0o700) }
    #expect(try Command(["describe", "--out", closed.path + "/run"]).outcome().code == 77)
    #expect(try Command(["--settings", closed.path + "/s.json"]).outcome().code == 77)
  }

  @Test(.needsPNG) func aPredictionThatNobodyReadsSaysSo() throws {
    #expect(try run().code == 0)
    let photographs = scratch.url.appending(path: "photographs")
    try FileManager.default.createDirectory(at: photographs, withIntermediateDirectories: true)
    for number in 0..<300 {
      try FileManager.default.createSymbolicLink(
        at: photographs.appending(path: "\(number).png"),
        withDestinationURL: folder.appending(path: "patients.png"))
    }
    let table = scratch.url.appending(path: "said.csv").path
    let files = "--run '\(folder.path)' --csv '\(table)' '\(photographs.path)'"
    let line = "\"$0\" predict \(files) | head -1; exit 7"
    let outcome = try Command(shell: line).outcome()
    #expect(outcome.code == 7 && outcome.errors == "Interrupted. No table of predictions is written.\n")
    #expect(!FileManager.default.fileExists(atPath: table))
  }
}
