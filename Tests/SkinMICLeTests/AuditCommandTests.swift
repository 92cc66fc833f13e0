import Foundation
import Ops
import Recipes
import Testing

/// The subcommand `audit`, as a user runs it.
@Suite(.serialized) struct AuditCommandTests {
  private let scratch: ScratchFolder
  private var out: URL { scratch.url.appending(path: "run") }
  private var files: AuditFiles { AuditFiles(in: out.appending(path: "audit")) }
  private var trained: URL { files.folder.appending(path: "encoder/simclr.safetensors") }

  init() throws { scratch = try ScratchFolder() }

  /// Writes photographs of 24 patients in three splits, two each, and their manifest. `copy.ppm`, to test on,
  /// is `3-0.ppm`, to train on, but for one pixel.
  private func manifest(isLabelled: Bool = true) throws -> URL {
    var lines = ["image,patient,label,split"]
    func add(_ name: String, patient: Int, split: String, _ pixels: [UInt8]) throws {
      try (Data("P6 24 24 255\n".utf8) + Data(pixels)).write(to: scratch.url.appending(path: name))
      let label = isLabelled ? ["dark", "gray", "light"][patient % 3] : ""
      lines.append("\(name),P\(patient),\(label),\(split)")
    }
    for patient in 0..<24 {
      let split = patient < 14 ? "train" : patient < 19 ? "validation" : "test"
      for shot in 0..<2 {
        try add("\(patient)-\(shot).ppm", patient: patient, split: split, Self.pixels(patient, shot))
      }
    }
    var copied = Self.pixels(3, 0)
    copied[3 * (12 * 24 + 12)] ^= 8
    try add("copy.ppm", patient: 24, split: "test", copied)
    let manifest = scratch.url.appending(path: "manifest.csv")
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: manifest)
    return manifest
  }

  /// Nine squares of random colors, lighter for patients of a later class.
  private static func pixels(_ patient: Int, _ shot: Int) -> [UInt8] {
    var generator = CounterGenerator(seed: 7, patient, shot)
    let colors = (0..<27).map { _ in UInt8(60 * (patient % 3)) + UInt8(generator.uniform() * 120) }
    return (0..<24 * 24).flatMap { place in
      let square = place / 24 / 8 * 3 + place % 24 / 8
      return colors[(3 * square)..<(3 * square + 3)]
    }
  }

  private func audit(
    _ manifest: URL, _ others: [String] = [], network: String = "tiny"
  ) throws -> Command.Outcome {
    try Command(
      ["audit", "--data", manifest.path, "--out", out.path, "--network", network, "--size", "16"] + others
    ).outcome()
  }

  private func trainingAudit(_ manifest: URL, _ others: [String] = []) throws -> Command.Outcome {
    try audit(manifest, ["--epochs", "2", "--batch", "8"] + others)
  }

  private func rows(of table: URL) throws -> [[String]] {
    try String(contentsOf: table, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private var page: String {
    get throws { try String(contentsOf: out.appending(path: "audit.html"), encoding: .utf8) }
  }

  @Test func anAuditTrainsAnEncoderThatAuditsAgain() throws {
    let manifest = try manifest()
    let first = try trainingAudit(manifest)
    #expect(first.code == 0 && first.errors.isEmpty, "\(first.errors)")
    #expect(first.output.contains("simclr  epoch 2/2  loss "))
    #expect(first.output.contains("\naudit of 49 photographs  likely are "))
    #expect(first.output.contains("pictures in \(out.appending(path: "audit.html").path)."))
    #expect(try page.hasPrefix("<!DOCTYPE html>") && page.contains("<img "))
    let pairs = try rows(of: files.table(.nearDuplicates))
    let leak = try #require(pairs.first { $0.contains("across splits") })
    #expect(leak.contains("3-0.ppm") && leak.contains("copy.ppm"))
    #expect(try rows(of: files.table(.offTopic)).count == 50)
    #expect(try rows(of: files.table(.labelErrors)).count == 50)
    // A run in the same folder keeps its files.
    for name in ["results.json", "history.jsonl", "simclr.safetensors"] {
      #expect(!FileManager.default.fileExists(atPath: out.appending(path: name).path), "\(name)")
    }

    let (features, findings) = (try Data(contentsOf: files.features), try Data(contentsOf: files.findings))
    var table = try String(contentsOf: files.table(.offTopic), encoding: .utf8)
    table.replace(/\n(1,.*)\n/, maxReplacements: 1) { "\n\($0.1)belongs\n" }
    try Data(table.utf8).write(to: files.table(.offTopic))
    let second = try audit(manifest, ["--encoder", trained.path, "--without-photographs"])
    #expect(second.code == 0 && second.errors.isEmpty, "\(second.errors)")
    #expect(!second.output.contains("epoch"))
    #expect(try Data(contentsOf: files.features) == features)
    #expect(try Data(contentsOf: files.findings) == findings)
    #expect(try rows(of: files.table(.offTopic))[1].last == "belongs")
    #expect(try !page.contains("<img "))
    let gallery = try JSONSerialization.jsonObject(with: Data(contentsOf: files.gallery)) as? [String: Any]
    #expect((gallery?["pictures"] as? [String: Any])?.isEmpty == true)
  }

  /// The patch of an encoder that audits is that of its weights.
  @Test func aTransformerAudits() throws {
    let manifest = try manifest()
    let first = try audit(
      manifest, ["--patch", "8", "--epochs", "1", "--batch", "8"], network: "vit-tiny")
    #expect(first.code == 0 && first.errors.isEmpty, "\(first.errors)")
    let features = try Data(contentsOf: files.features)
    let second = try audit(manifest, ["--encoder", trained.path], network: "vit-tiny")
    #expect(second.code == 0 && second.errors.isEmpty, "\(second.errors)")
    #expect(try Data(contentsOf: files.features) == features)
  }

  /// Pixels are normalized once, in training and in the audit.
  @Test func anEncoderThatStartsFromWeightsIsTheOneThatAudits() throws {
    let manifest = try manifest()
    #expect(try trainingAudit(manifest).code == 0)
    let start = scratch.url.appending(path: "start.safetensors")
    try FileManager.default.moveItem(at: trained, to: start)
    let outcome = try trainingAudit(
      manifest, ["--weights", start.path, "--normalization", "imagenet", "--seed", "5"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let features = try Data(contentsOf: files.features)
    try FileManager.default.removeItem(at: start)
    let again = try audit(manifest, ["--encoder", trained.path])
    #expect(again.code == 0, "\(again.errors)")
    #expect(try Data(contentsOf: files.features) == features)
  }

  @Test func leaksAreListedRefusedOrRemoved() throws {
    let manifest = try manifest()
    let removed = files.folder.appending(path: "removed.csv")
    let listed = try trainingAudit(manifest, ["--leaks", "list", "--alike", "0.00001"])
    #expect(listed.code == 0 && listed.errors.isEmpty, "\(listed.errors)")
    #expect(!FileManager.default.fileExists(atPath: removed.path))

    func again(_ leaks: String, alike: String = "0.00001") throws -> Command.Outcome {
      try audit(manifest, ["--encoder", trained.path, "--leaks", leaks, "--alike", alike])
    }
    let refused = try again("refuse")
    #expect(refused.code == 65)
    #expect(
      refused.errors.hasPrefix(
        "1 pair of photographs in different splits look alike (distance below 1e-05): "
          + "3-0.ppm (train) and copy.ppm (test), "), "\(refused.errors)")
    #expect(refused.errors.split(separator: "\n").count == 1)
    let close = "0.0000000001"
    #expect(try again("refuse", alike: close).code == 0)
    let far = try again("refuse", alike: "1")
    #expect(far.code == 65 && far.errors.contains(" more. Look at them in near-dup"), "\(far.errors)")

    let taken = try again("remove")
    #expect(taken.code == 0 && taken.errors.isEmpty, "\(taken.errors)")
    #expect(
      taken.output.contains(
        "1 photograph that looks like one of another split: run --leave-out \(removed.path) does without."))
    let rows = try rows(of: removed)
    #expect(rows.count == 2 && rows[0] == ["photograph", "split", "reason"])
    #expect(rows[1].prefix(2) == ["3-0.ppm", "train"])

    #expect(try shown(leavingOut: removed, of: manifest, counting: "1 photograph is left out") == 48)
    let none = try again("remove", alike: close)
    #expect(none.output.contains("No photograph looks like one of another split."), "\(none.output)")
    #expect(try shown(leavingOut: removed, of: manifest, counting: "0 photographs are left out") == 49)
  }

  /// Returns the number of photographs of a run without those in a table.
  private func shown(leavingOut table: URL, of manifest: URL, counting text: String) throws -> Int {
    let run = try Command([
      "run", "--data", manifest.path, "--out", out.path, "--network", "tiny", "--size", "16", "--branches",
      "none", "--no-report", "--leave-out", table.path,
    ]).outcome()
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("\(text), as \(table.path) says."), "\(run.output)")
    let names = try rows(of: out.appending(path: "photographs.csv")).map { $0[0] }
    #expect(names.contains("copy.ppm") && names.contains("3-0.ppm") == (names.count == 50))
    return names.count - 1
  }

  @Test func photographsWithoutLabelsAreAuditedAgain() throws {
    let manifest = try manifest(isLabelled: false)
    let first = try trainingAudit(manifest)
    #expect(first.code == 0, "\(first.errors)")
    #expect(try rows(of: files.table(.labelErrors)).count == 1)
    let second = try audit(manifest, ["--encoder", trained.path])
    #expect(second.code == 0, "\(second.errors)")
    #expect(try rows(of: files.table(.labelErrors)).count == 1)
  }

  @Test func scriptsReadLinesOfEventsAndQuietIsShort() throws {
    let manifest = try manifest()
    let events = try trainingAudit(manifest, ["--json"])
    #expect(events.code == 0, "\(events.errors)")
    let names = try events.output.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["event"] as? String)
    }
    #expect(Set(names).isSuperset(of: ["stageBegan", "step", "epoch", "stageEnded"]))
    #expect(events.errors.contains("\naudit of 49 photographs  likely are "))
    let quiet = try audit(manifest, ["--encoder", trained.path, "--quiet"])
    #expect(quiet.code == 0 && quiet.errors.isEmpty)
    #expect(quiet.output.split(separator: "\n").count == 1)
  }

  @Test func anotherEncoderIsASentence() throws {
    let manifest = try manifest()
    #expect(try trainingAudit(manifest).code == 0)
    let before = try Data(contentsOf: files.findings)
    let other = try audit(manifest, ["--encoder", trained.path, "--width", "2"])
    #expect(other.code == 65 && other.errors.hasPrefix("\(trained.path) "), "\(other.errors)")
    let table = try audit(manifest, ["--encoder", manifest.path])
    #expect(table.code == 65 && table.errors.hasPrefix("\(manifest.path) "), "\(table.errors)")
    let none = try audit(manifest, ["--encoder", trained.path + ".none"])
    #expect(none.code == 66 && none.errors.hasPrefix("\(trained.path).none "), "\(none.errors)")
    #expect(try Data(contentsOf: files.findings) == before)
    for flag in ["--epochs", "--batch", "--rate", "--weights"] {
      let outcome = try audit(manifest, ["--encoder", trained.path, flag, "2"])
      #expect(outcome.code == 64)
      #expect(
        outcome.errors
          == "\(flag) is about training an encoder; leave it out, or leave out --encoder.\n")
    }
  }
}
