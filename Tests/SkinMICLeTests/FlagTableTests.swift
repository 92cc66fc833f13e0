import Foundation
import Recipes
import Testing

@testable import SkinMICLe

/// The table of flags: what each subcommand takes, and what its help says.
struct FlagTableTests {
  /// What a flag may be given.
  private static func words(of flag: Flag) -> [String] {
    let samples = [
      "--format": "ham10000", "--channels": "1", "--labels": "0.5", "--tune": "head", "--seed": "5",
      "--branches": "micle", "--loss": "byol", "--network": "tiny", "--normalization": "none",
      "--rate": "0.1", "--layer-decay": "0.75", "--average": "0.99",
      "--size": "32", "--width": "2", "--batch": "4", "--leaks": "refuse", "--alike": "0.25",
      "--reduce": "fast", "--patch": "16", "--precision": "mixed", "--pooling": "mean",
    ]
    let texts = ["DIR", "PATH", "FILE", "NAME", "TEXT", "LIST"]
    return switch flag.kind {
    case .toggle: [flag.name]
    case .list: [flag.name, "other", "third"]
    case .value(let placeholder):
      [flag.name, samples[flag.name] ?? (texts.contains(placeholder) ? "name" : "3")]
    }
  }

  /// What a subcommand needs besides the flag, and what the flag needs.
  private static func company(of flag: Flag, in subcommand: Subcommand) -> (before: [String], after: [String])
  {
    var flags: [String] = []
    if [.predict, .embed, .neighbors, .export, .report, .collect].contains(subcommand), flag.key != "run" {
      flags += ["--run", "a"]
    }
    if subcommand == .collect, flag.key != "out" { flags += ["--out", "o"] }
    if subcommand == .embed, flag.key != "out" { flags += ["--out", "f.npy"] }
    if subcommand == .neighbors, flag.key != "among" { flags += ["--among", "f.npy"] }
    if subcommand == .export, flag.key != "onnx" { flags += ["--onnx", "f"] }
    let isAboutPhotographs = flag.purpose == .photographs || subcommand == .audit
    func has(_ name: String) -> Bool { subcommand.flags.contains { $0.key == name } }
    if isAboutPhotographs, flag.key != "data", has("data") { flags += ["--data", "d"] }
    if flag.purpose == .transformer, has("network") { flags += ["--network", "vit-tiny"] }
    if flag.purpose == .weights, has("weights") { flags += ["--weights", "w"] }
    if [.description, .machines, .counts].contains(flag.purpose), has("describe") { flags += ["--describe"] }
    if flag.purpose == .machines, has("machines") { flags += ["--machines", "2"] }
    if flag.purpose == .counts, has("patients") { flags += ["--patients", "2"] }
    return (flags, subcommand.takesPhotographs ? ["a.jpg"] : [])
  }

  @Test(arguments: Subcommand.allCases) func everyFlagIsTakenOrRefused(subcommand: Subcommand) throws {
    for flag in Flag.all where flag.key != "settings" {
      let company = Self.company(of: flag, in: subcommand)
      let words =
        [subcommand.rawValue] + company.before + Self.words(of: flag) + company.after
      // Two subcommands may have flags with the same name.
      if subcommand.flags.contains(where: { $0.name == flag.name }) {
        guard flag.subcommands.contains(subcommand) else { continue }
        let arguments = try Arguments(words)
        #expect(arguments.given.contains(flag.key), "\(words)")
        let expected = Self.words(of: flag).dropFirst().first ?? "yes"
        if case .list = flag.kind { continue }
        #expect(flag.value(arguments) == expected, "\(words)")
      } else {
        let refusal = try #require(throws: Arguments.Refusal.self, "\(words)") { _ = try Arguments(words) }
        #expect(refusal.code == .usage)
        #expect(refusal.description.hasPrefix("\(flag.name) is about "), "\(refusal)")
        let owners = Subcommand.allCases.filter(flag.subcommands.contains)
        #expect(owners.contains { refusal.description.contains($0.rawValue) }, "\(refusal)")
      }
    }
  }

  @Test func aValueFollowsAFlagOrAnEqualsSign() throws {
    for flag in Subcommand.run.flags where flag.key != "settings" {
      guard case .value = flag.kind else { continue }
      let words = Self.words(of: flag)
      let company = Self.company(of: flag, in: .run).before
      let (apart, joined) = (
        try Arguments(company + words), try Arguments(company + [words.joined(separator: "=")])
      )
      #expect(flag.value(apart) == flag.value(joined) && flag.value(apart) == words[1], "\(words)")
    }
    #expect(try Arguments(["--out=--strange=name"]).output == "--strange=name")
  }

  @Test func aToggleHasAnOpposite() throws {
    #expect(try Arguments(["--data", "d", "--no-strict"]).isStrict == false)
    #expect(try Arguments(["--data", "d", "--strict"]).isStrict)
    #expect(try Arguments(["--quiet", "--quiet"]).isQuiet)
  }

  @Test func wordsAfterTwoDashesAreNoFlags() throws {
    let arguments = try Arguments(["predict", "--run", "a", "--", "--help", "-x.jpg", "--csv"])
    #expect(arguments.words == ["--help", "-x.jpg", "--csv"] && !arguments.wantsHelp && arguments.csv == nil)
  }

  @Test func runsToCompareAreListedOrRepeated() throws {
    #expect(try Arguments(["report", "--run", "a", "--compare", "b", "c"]).compared == ["b", "c"])
    #expect(try Arguments(["collect", "--run", "a", "b", "--out", "o", "--run=c"]).runs == ["a", "b", "c"])
    let arguments = try Arguments([
      "report", "--compare", "b", "--compare=c", "--run", "a", "--out", "r.html", "--subgroups", "sex,site",
    ])
    #expect(arguments.compared == ["b", "c"] && arguments.run == "a" && arguments.file == "r.html")
    #expect(arguments.subgroups == ["sex", "site"])
  }

  @Test(
    arguments: [
      (["--help"], nil), (["-h"], nil), (["--epochs", "nonsense", "-h"], nil), (["help"], nil),
      (["predict", "--help"], .predict), (["run", "-h", "--zzz"], .run), (["help", "audit"], .audit),
      (["report", "--run", "--help"], .report), (["help", "help"], .help),
    ] as [([String], Subcommand?)])
  func helpCountsAnywhere(words: [String], subcommand: Subcommand?) throws {
    let arguments = try Arguments(words)
    #expect(arguments.wantsHelp || arguments.subcommand == .help)
    #expect(try arguments.explained == subcommand)
  }

  @Test func theVersionIsAsked() throws {
    #expect(try Arguments(["--version"]).wantsVersion)
    #expect(try Arguments(["predict", "--version"]).wantsVersion)
  }

  @Test func helpFitsATerminalAndNamesEveryFlag() {
    for subcommand in [nil] + Subcommand.allCases.map({ Optional($0) }) {
      let help = Help.text(of: subcommand)
      for line in help.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
      for flag in (subcommand ?? .run).flags {
        #expect(
          help.contains("  \(flag.label)"), "\(flag.name) in the help of \(subcommand?.rawValue ?? "all")")
      }
    }
    let help = Help.text(of: nil)
    for subcommand in Subcommand.allCases { #expect(help.contains("\n  \(subcommand) ")) }
    for code in ExitCode.allCases { #expect(help.contains("\n  \(code.rawValue) ")) }
  }

  @Test func helpSaysWhatHoldsWithoutAFlag() {
    let help = Help.text(of: .run).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(help.contains("epochs of SimCLR (4, or 24 with --data)"))
    #expect(help.contains("in pixels (48, or 64 with --data)"))
    #expect(help.contains("by AdamW; that of what comes after SimCLR stays (0.004, or 0.002 with --data)"))
    #expect(help.contains("(runs/skin-micle, or runs/photographs with --data)"))
    #expect(help.contains("leaving them out (--no-strict for the opposite)"))
  }

  @Test func aFlagHasOnePlace() {
    for subcommand in Subcommand.allCases {
      let names = subcommand.flags.map(\.name)
      #expect(Set(names).count == names.count, "\(subcommand)")
    }
    #expect(Flag.all.allSatisfy { $0.name.hasPrefix("--") && !$0.subcommands.isEmpty })
  }
}
