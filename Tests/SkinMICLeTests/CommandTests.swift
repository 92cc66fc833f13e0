import Foundation
import Recipes
import TestSupport
import Testing

/// Runs the program a user runs.
@Suite(.serialized) struct CommandTests {
  private func run(_ arguments: [String]) throws -> Command.Outcome { try Command(arguments).outcome() }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = try ScratchFolder()
    try body(folder.url)
  }

  @Test func aWrongFlagIsRefused() throws {
    let outcome = try run(["--sede", "1"])
    #expect(outcome.code == 64)
    #expect(outcome.errors == "--sede is not a flag (did you mean --seed?); --help lists those there are.\n")
    #expect(outcome.output.isEmpty)
  }

  /// By the program itself, which is optimized as a user's is: a sentence, and nothing done.
  @Test(arguments: [
    ["--epochs", "1e3"], ["--labels", "0x1"], ["--rate", "1e300"], ["--width", "1000000000000000000"],
    ["--patients", "-9223372036854775808"], ["--seed", ""], ["--out", ""],
    ["--channels", "0", "--data", "a"],
    ["predict", "--run", "", "a.jpg"], ["predict", "--size", "8", "a.jpg"],
  ])
  func aWrongValueIsRefused(arguments: [String]) throws {
    let outcome = try run(arguments)
    #expect(outcome.code == 64)
    #expect(outcome.errors.hasPrefix(arguments[0] == "predict" ? arguments[1] : arguments[0]))
    #expect(outcome.errors.hasSuffix(".\n"))
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: ["1000000000000000000", "-1", "0", "9"])
  func aRunOfAnotherWidthCannotPredict(width: String) throws {
    try withFolder { folder in
      let run =
        #"{"network": "tiny", "width": \#(width), "branches": [{"name": "a", "file": "a.safetensors"}]}"#
      try Data(run.utf8).write(to: folder.appending(path: "run.json"))
      let outcome = try self.run(["predict", "--run", folder.path, "a.ppm"])
      #expect(outcome.code == 66)
      #expect(outcome.errors.contains("its width is a whole number from 1 to 8, not \(width)"))
    }
  }

  @Test func aFileInPlaceOfTheFolderIsRefusedFirst() throws {
    try withFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let outcome = try run(["--out", file.path, "--data", "nowhere"])
      #expect(outcome.code == 73)
      #expect(
        outcome.errors.hasPrefix(file.path + " could not be written (it is a file, and a run needs a folder)")
      )
    }
  }

  @Test func helpIsHelp() throws {
    let outcome = try run(["--help"])
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("SkinMICLe: SimCLR, then MICLe, then a classifier"))
  }

  @Test func aFolderThatCannotBeMadeIsRefused() throws {
    try withFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let outcome = try run(["--out", file.appending(path: "runs").path, "--patients", "9"])
      #expect(outcome.code == 73)
      #expect(outcome.errors.hasPrefix(file.path + "/runs could not be written ("))
    }
  }

  @Test func describingLeavesNothingBehind() throws {
    try withFolder { folder in
      let output = folder.appending(path: "runs")
      let outcome = try run(["--out", output.path, "--network", "tiny", "--size", "16", "--describe"])
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("skin-micle\n├─ no pretraining  (labelled(train))\n"))
      #expect(outcome.output.split(separator: "\n").count { $0.contains(" MiB of memory (") } == 7)
      #expect(!FileManager.default.fileExists(atPath: output.path))
    }
  }

  /// A run on photographs that are not there, and on machines that are not: nothing is rendered or trained.
  @Test func aRunOnSeveralMachinesIsDescribed() throws {
    try withFolder { folder in
      let output = folder.appending(path: "runs")
      let outcome = try run([
        "describe", "--out", output.path, "--network", "tiny", "--size", "16", "--tune", "none", "--branches",
        "micle", "--photographs", "50000", "--patients", "900", "--labelled", "1", "--test", "1", "--batch",
        "64", "--epochs", "4", "--micle-epochs", "11", "--machines", "4", "--network-gbps", "25",
      ])
      #expect(outcome.code == 0, "\(outcome.errors)")
      let steps = 4 * (50_000 / 64) + 11 * (25_000 / 64)
      #expect(outcome.output.contains(/It trains (\d+) steps/), "\(outcome.output)")
      let said = outcome.output.firstMatch(of: /It trains (\d+) steps/).flatMap { Int($0.1) }
      #expect(abs((said ?? 0) - steps) < steps / 50)
      let lines = outcome.output.split(separator: "\n").map(String.init)
      let head = try #require(lines.firstIndex { $0.hasPrefix("machines ") })
      #expect(lines[head - 1].contains("with 25 Gbit/s between them"))
      #expect(lines[(head + 1)...].prefix(3).map { $0.prefix(8) } == ["       1", "       2", "       4"])
      #expect(lines.contains { $0.hasPrefix("4 machines take about ") })
      #expect(!FileManager.default.fileExists(atPath: output.path))
    }
  }

  @Test func moreThanFitsIntoMemoryIsRefused() throws {
    try withFolder { folder in
      let outcome = try run([
        "--out", folder.path, "--patients", "100000", "--size", "224", "--network", "tiny",
      ])
      #expect(outcome.code == 78)
      #expect(outcome.errors.contains("photographs would take 2"))
      #expect(outcome.errors.contains("GiB of memory and training another"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test func aSmallRunEndsWithTheTable() throws {
    try withFolder { folder in
      let small = [
        "--out", folder.path, "--seed", "3", "--epochs", "1", "--micle-epochs", "1", "--patients", "128",
        "--labelled", "1", "--test", "1",
        "--size", "16", "--network", "tiny", "--branches", "none,micle",
      ]
      let first = try run(small)
      #expect(first.code == 0, "\(first.errors)")
      #expect(first.output.contains("paired difference"))
      #expect(first.output.contains("\nsimclr  takes "))
      let results = try Results(contentsOf: folder.appending(path: "results.json"))
      #expect(results.branches.map(\.name) == ["no pretraining", "SimCLR + MICLe"])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.contains("patients.png") && names.contains("micle.safetensors"))

      let second = try run(small)
      #expect(second.output.contains("SimCLR + MICLe  is reused from"))
      #expect(try Results(contentsOf: folder.appending(path: "results.json")).branches == results.branches)
    }
  }

  /// Photographs of 24 patients, two each, in three shades, and their manifest.
  private func photographs(in folder: URL) throws -> URL {
    var lines = ["image,patient,label,remark"]
    for patient in 0..<24 {
      for shot in 0..<2 {
        let name = "photo \(patient)-\(shot).ppm"
        let shade = UInt8(60 + 60 * (patient % 3) + shot)
        let pixels = (0..<(20 * 24)).flatMap { [shade, UInt8($0 % 200), UInt8(patient)] }
        try (Data("P6 24 20 255\n".utf8) + Data(pixels)).write(to: folder.appending(path: name))
        lines.append("\(name),P\(patient),\(["dark", "gray", "light"][patient % 3]),\"a, b\"")
      }
    }
    lines.append("missing.ppm,P99,dark,")
    let manifest = folder.appending(path: "manifest.csv")
    try Data((lines.joined(separator: "\r\n") + "\r\n").utf8).write(to: manifest)
    return manifest
  }

  @Test func photographsAreTrainedOnAndPredicted() throws {
    try withFolder { folder in
      let manifest = try photographs(in: folder)
      let broken = folder.appending(path: "photo 3-0.ppm")
      try Data("P6 24 20 255\nshort".utf8).write(to: broken)
      let out = folder.appending(path: "run")
      let small = [
        "--data", manifest.path, "--out", out.path, "--epochs", "1", "--micle-epochs", "1", "--size", "16",
        "--network", "tiny", "--branches", "none", "--labels", "0.5,1",
      ]
      let trained = try run(small)
      #expect(trained.code == 0, "\(trained.errors)")
      #expect(trained.output.contains("missing.ppm"))
      #expect(trained.output.contains("Photographs that could not be read and were passed over: 1\n"))
      #expect(trained.output.contains("no pretraining, 50 % of labels"))
      let names = try FileManager.default.contentsOfDirectory(atPath: out.path)
      #expect(Set(names).isSuperset(of: ["run.json", "splits.csv", "results.json", "patients.png", "cache"]))

      let described = try run(["describe"] + small)
      #expect(described.output.hasSuffix("All stages are finished.\n"), "\(described.output)")
      let more = try run(["describe", "--batch", "8"] + small.map { $0 == "none" ? "none,simclr" : $0 })
      #expect(
        more.output.contains("2 of 5 stages are finished; left to train: simclr, SimCLR, 50 %"),
        "\(more.output)\(more.errors)")

      let table = folder.appending(path: "said.csv")
      let whole = folder.appending(path: "photo 4-1.ppm").path
      let predicted = try run(["predict", "--run", out.path, whole, broken.path, "--csv", table.path])
      #expect(predicted.code == 65)
      #expect(predicted.errors.hasPrefix("\(broken.path) is left out: "))
      let line = try #require(predicted.output.split(separator: "\n").first { $0.hasPrefix(whole) })
      #expect(["dark", "gray", "light"].allSatisfy { line.contains($0 + " 0.") })
      let rows = try String(contentsOf: table, encoding: .utf8).split(separator: "\n")
      #expect(rows.first == "image,dark,gray,light,prediction set" && rows.count == 2)
      #expect(line.hasSuffix("}") && line.contains("{"))
      let sum = rows[1].split(separator: ",").compactMap { Double($0) }.reduce(0, +)
      #expect(abs(sum - 1) < 1e-4)

      let phone = folder.appending(path: "phone")
      try FileManager.default.createDirectory(at: phone, withIntermediateDirectories: true)
      try Data("?".utf8).write(to: phone.appending(path: "IMG_1.HEIC"))
      let nothing = try run(["predict", "--run", out.path, phone.path])
      #expect(nothing.code == 66)
      #expect(nothing.errors.hasPrefix("\(phone.path)/IMG_1.HEIC is left out: it is of no kind that is read"))
      #expect(nothing.errors.contains("there are no photographs that can be read"))
      try FileManager.default.createSymbolicLink(
        atPath: phone.appending(path: "photo.ppm").path, withDestinationPath: whole)
      let rest = try run(["predict", "--run", out.path, phone.path])
      #expect(rest.code == 65 && rest.output.contains("\(phone.path)/photo.ppm  "))

      let strict = try run(small + ["--strict"])
      #expect(strict.code == 65)
      #expect(strict.errors.contains("missing.ppm"))
    }
  }

  @Test func aSecondRunInAFolderIsRefusedAndPredictIsNot() throws {
    try withFolder { folder in
      let small = [
        "--out", folder.path, "--patients", "128", "--labelled", "1", "--test", "1", "--size", "16",
        "--network", "tiny",
      ]
      let short = small + ["--branches", "none"]
      #expect(try run(short).code == 0)
      let before = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      let first = try Command(small + ["--branches", "none,simclr", "--epochs", "100000"])
      while first.process.isRunning,
        !FileManager.default.fileExists(atPath: folder.appending(path: "patients.png").path)
          || !FileManager.default.fileExists(atPath: folder.appending(path: ".run.lock").path)
      { usleep(1000) }
      let second = try run(short)
      #expect(second.code == 75)
      #expect(second.output.isEmpty)
      #expect(
        second.errors.hasPrefix(
          "\(folder.path) is in use by another run (process \(first.process.processIdentifier) on "))
      #expect(second.errors.hasSuffix("Z): wait for it, or name another folder.\n"))
      let predicted = try run(["predict", "--run", folder.path, folder.appending(path: "patients.png").path])
      #expect(predicted.code == (Decoders.png ? 0 : 65), "\(predicted.errors)")

      first.send(SIGTERM)
      let outcome = first.outcome()
      #expect(outcome.code == 143 && !outcome.wasKilled)
      #expect(outcome.errors.contains("Started again, the run goes on "))
      let after = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(Set(after).isSuperset(of: before))
    }
  }

  #if os(Linux)
    @Test func outputThatIsLostIsAnError() throws {
      let outcome = try Command(shell: "exec \"$0\" --help > /dev/full").outcome()
      #expect(outcome.code == 74)
      #expect(outcome.errors == "What was printed could not all be written to the standard output.\n")
    }
  #endif

  @Test func aRunWhoseOutputNobodyReadsEndsWithoutLoss() throws {
    try withFolder { folder in
      let arguments = ["--out", folder.path, "--network", "tiny", "--size", "16", "--epochs", "1000"]
      let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
      let outcome = try Command(shell: "\"$0\" \(quoted) | head -3; exit 7").outcome()
      #expect(outcome.code == 7)
      #expect(outcome.errors.contains("Started again, the run goes on "))
    }
  }

  @Test func aRunWithoutAClassifierCannotPredict() throws {
    try withFolder { folder in
      let outcome = try run(["predict", "--run", folder.path, "a.ppm"])
      #expect(outcome.code == 66)
      #expect(outcome.errors.hasPrefix("\(folder.path)/run.json could not be read ("))
    }
  }
}
