import Foundation
import Recipes
import TestSupport
import Testing

@testable import SkinMICLe

struct SettingsFileTests {
  private let scratch: ScratchFolder
  private let file: URL

  init() throws {
    scratch = try ScratchFolder()
    file = scratch.url.appending(path: "settings.json")
  }

  private func write(_ text: String) throws { try Data(text.utf8).write(to: file) }

  private func refusal(_ text: String, _ others: [String] = []) throws -> Arguments.Refusal {
    try write(text)
    return try #require(throws: Arguments.Refusal.self, "\(text)") {
      _ = try Arguments(["--settings", file.path] + others)
    }
  }

  @Test(arguments: [
    "", "--seed 9 --epochs 3 --patients 40 --size 24 --network tiny --branches none,micle --rate 1e-3",
    "--data m.csv --format ham10000 --strict --labels 0.1,1 --tune head,whole --repetitions 3 --width 2",
    "--data a --weights w.safetensors --prefix module. --normalization imagenet --splits s.csv --channels 1",
    "--branches none --seed 18446744073709551615 --save-every 0", "--data a --tune none --loss vicreg",
    "--labels 1e-18,0.30000000000000004 --rate 100",
  ])
  func settingsAreReadAsTheyAreWritten(line: String) throws {
    let arguments = try Arguments(line.split(separator: " ").map(String.init))
    try SettingsFile.write(arguments.settings, in: scratch.url)
    let read = try Arguments(["run", "--settings", file.path])
    #expect(read.settings == arguments.settings && read.notes == [])
    for flag in Subcommand.run.flags where flag.isWritten {
      #expect(flag.value(read) == flag.value(arguments), "\(flag.name)")
    }
    let first = try Data(contentsOf: file)
    try SettingsFile.write(read.settings, in: scratch.url)
    #expect(try Data(contentsOf: file) == first)
  }

  @Test func onlySettingsThatHaveAnEffectAreWritten() throws {
    let madeUp = try Arguments([]).settings
    #expect(madeUp["patients"] == "1800" && madeUp["epochs"] == "4" && madeUp["rate"] == "0.004")
    #expect(
      madeUp["strict"] == nil && madeUp["data"] == nil && madeUp["prefix"] == nil && madeUp["out"] == nil)
    let photographs = try Arguments(["--data", "a", "--branches", "none"]).settings
    #expect(photographs["patients"] == nil && photographs["strict"] == "no" && photographs["epochs"] == nil)
    #expect(photographs["size"] == "64" && photographs["network"] == "resnet18")
  }

  @Test func flagsCountMoreThanTheFile() throws {
    try write(#"{"epochs": "8", "network": "tiny", "tensorboard": "yes", "out": "elsewhere"}"#)
    let arguments = try Arguments(["--epochs", "2", "--settings", file.path, "--no-tensorboard"])
    #expect(arguments.epochs == 2 && arguments.network == .tiny && arguments.output == "elsewhere")
    #expect(!arguments.writesTensorBoard)
    #expect(try Arguments(["describe", "--settings", file.path]).epochs == 8)
    try write(#"{"repetitions": "3"}"#)
    let one = try Arguments(["--repetition", "2", "--settings", file.path])
    #expect(one.repetition == 2 && one.notes.isEmpty && one.settings["repetitions"] == nil)
  }

  @Test(arguments: [
    (
      #"{"epoch": "8"}"#,
      #": "epoch" is no setting (did you mean "epochs"?); help describe lists the flags there are."#
    ),
    (#"{"json": "yes"}"#, #": "json" is a flag of the command line alone; take it out of the file."#),
    (#"{"epochs": 8}"#, #", line 1: "epochs" is a number, and every setting is a text; put it in quotes."#),
    ("{\n\"labels\": [1]}", #", line 2: "labels" is a list, and every setting is a text; put it in quotes."#),
    (
      #"{"strict": true}"#,
      #", line 1: "strict" is true or false, and every setting is a text; put it in quotes."#
    ),
    (#"{"strict": "true"}"#, ": --strict is yes or no, not \"true\"."),
    (#"{"data": null}"#, #", line 1: "data" is null, and every setting is a text; put it in quotes."#),
    (#"{"data": {}}"#, #", line 1: "data" is an object, and every setting is a text; put it in quotes."#),
    ("{\"seed\": \"1\",\n \"seed\": \"1\"}", #", line 2: "seed" is given twice; keep one."#),
    (#"{"epochs": "0"}"#, ": --epochs is a whole number of at least 1, not \"0\"."),
    (#"{"splits": "s.csv"}"#, ": --splits is about photographs of one's own; add --data."),
    ("[]", #", line 1: the settings begin with {, not with "["."#),
    ("", ", line 1: the settings begin with {, not with the end of the file."),
    ("{\"seed\": \"1\",}", ", line 1: a setting begins with its name in quotes."),
    ("{\"seed\" \"1\"}", #", line 1: a colon follows the name "seed", not """."#),
    ("{\"seed\": \"1\" \"a\": \"b\"}", ", line 1: a comma or } follows a setting."),
    ("{\"seed\": \"1", ", line 1: a text has no closing quotes."),
    ("{\"seed\": \"1\n\"}", ", line 1: a text ends in the line in which it begins."),
    ("{\"seed\": \"\\x\"}", ", line 1: a text has an unknown escape."),
    ("{\"seed\": \"\\uD800\"}", ", line 1: a text has half of a character."),
    ("{} {}", ", line 1: nothing follows the last }."),
  ])
  func whatIsWrongIsSaid(text: String, sentence: String) throws {
    let refusal = try refusal(text)
    #expect(refusal.description == file.path + sentence)
    #expect(refusal.code == .configuration)
  }

  @Test func escapesAreRead() throws {
    let text = #"{"a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00": "é"}"#
    #expect(try TextObject(text).members == ["a\"\\/\u{8}\u{C}\n\r\té😀": "é"])
    #expect(try TextObject(" {\n} ").members.isEmpty)
  }

  @Test func aFileThatIsNoneOrTooLargeIsRefused() throws {
    let missing = try #require(throws: Arguments.Refusal.self) {
      _ = try Arguments(["--settings", scratch.url.path + "/none.json"])
    }
    #expect(missing.code == .noInput && missing.description.contains("No such file"))
    let folder = try #require(throws: Arguments.Refusal.self) {
      _ = try Arguments(["--settings", scratch.url.path])
    }
    #expect(folder.code == .noInput)
    let large = try refusal(String(repeating: " ", count: SettingsFile.largest + 1))
    #expect(large.code == .configuration && large.description.contains("more than any settings"))
    try Data([0x7B, 0xFF, 0x7D]).write(to: file)
    #expect(throws: Arguments.Refusal.self) { _ = try Arguments(["--settings", file.path]) }
  }

  @Test func fuzz() throws {
    let texts = [
      #"{"epochs": "8", "network": "tiny", "labels": "0.1,1", "strict": "no"}"#, #"{"a\u00e9\n": "\"\\"}"#,
    ]
    let mutator = Mutator(
      texts.map { Array($0.utf8) }, tokens: ["{", "}", "\"", "\\u", "\\", ":", ",", "null"])
    let failures = try FuzzRun("settings", mutator).run(share: 0.1) { bytes in
      try Data(bytes).write(to: file)
      _ = try Arguments(["--settings", file.path])
    }
    #expect(failures.isEmpty, "\(failures)")
    // What Foundation reads as an object of texts is read as the same, and nothing else is read.
    let both = try FuzzRun("settings against Foundation", mutator).run(share: 0.1) { bytes in
      guard let text = String(bytes: bytes, encoding: .utf8) else { return }
      let ours = try? TextObject(text).members
      let theirs = try? JSONDecoder().decode([String: String].self, from: Data(bytes))
      if let ours { #expect(ours == theirs, "\(text)") }
    }
    #expect(both.isEmpty, "\(both)")
  }
}
