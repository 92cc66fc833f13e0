import Foundation
import Recipes
import TestSupport
import Testing

/// Runs whose independent stages are trained side by side, on groups of ranks.
@Suite(.serialized, .enabled(if: !MPILauncher.tested.isEmpty, MPILauncher.missing)) struct SpreadTests {
  private static let scratch = Result { try ScratchFolder() }

  /// What one process leaves of two repetitions with searches, in batches of four chunks and of two.
  private static let alone = Result<(folder: ScratchFolder, contents: [Int: RunContents]), any Error> {
    let folder = try scratch.get()
    var contents: [Int: RunContents] = [:]
    for chunks in [4, 2] {
      let out = "alone-\(chunks)"
      let outcome = try Command(arguments(in: folder, out: out, chunks: chunks)).outcome()
      try #require(outcome.code == 0, "\(outcome.errors)")
      contents[chunks] = try RunContents(of: folder.url.appending(path: out))
    }
    return (folder, contents)
  }

  private static func arguments(
    in folder: ScratchFolder, out: String, chunks: Int = 4
  ) throws -> [String] {
    try SmallRun.photographs.arguments(in: folder.url, out: out)
      + ["--chunks", "\(chunks)", "--repetitions", "2"]
  }

  /// The lines of a log without its progress, and as they are before a terminal's width breaks them.
  private static func log(of outcome: Command.Outcome) -> String {
    let lines = outcome.output.replacing("\r\n", with: "\n").split(separator: "\n").map { line in
      line.split(separator: "\r").last.map { String($0).replacing("\u{1B}[K", with: "") } ?? ""
    }
    return "\n" + lines.joined(separator: "\n").replacing("\n    ", with: " ")
  }

  @Test(arguments: MPILauncher.tested, [2, 4])
  func groupsLeaveWhatOneProcessLeaves(launcher: MPILauncher, ranks: Int) throws {
    let (folder, expected) = try SpreadTests.alone.get()
    let out = "\(launcher)-\(ranks)"
    let outcome = try launcher.command(ranks: ranks, SpreadTests.arguments(in: folder, out: out)).outcome()
    #expect(outcome.code == 0, "\(outcome.errors)")
    let differences = try RunContents(of: folder.url.appending(path: out)).differences(
      from: try #require(expected[4]))
    #expect(differences == [])
    let log = SpreadTests.log(of: outcome)
    let groups = ranks == 2 ? ["2 groups of one rank"] : ["2 groups of 2 ranks", "4 groups of one rank"]
    let sentences = groups.map { "Trained side by side on \($0): \"simclr\", \"simclr #2\". " }
    #expect(sentences.contains { log.contains($0) }, "\(log)")
    #expect(log.contains("\nSimCLR, head alone, 50 % of labels  searches 3 settings "), "\(log)")
    // Four ranks are estimated to search about as fast together as in groups; either may be chosen.
    if ranks == 2 { #expect(log.contains("(3 settings)"), "\(log)") }
    // The lines of all trainings are in the log, whoever has trained.
    for stage in ["simclr", "simclr #2", "micle", "micle #2"] {
      #expect(log.contains("\n\(stage)  epoch 2/2"), "\(stage)")
    }
  }

  /// Two chunks are not for four ranks, but for two groups of two.
  @Test(arguments: MPILauncher.tested)
  func chunksThatAllCannotShareAreForGroups(launcher: MPILauncher) throws {
    let (folder, expected) = try SpreadTests.alone.get()
    let out = "\(launcher)-indivisible"
    let outcome = try launcher.command(ranks: 4, SpreadTests.arguments(in: folder, out: out, chunks: 2))
      .outcome()
    #expect(outcome.code == 0, "\(outcome.errors)")
    let differences = try RunContents(of: folder.url.appending(path: out)).differences(
      from: try #require(expected[2]))
    #expect(differences == [])
    let log = SpreadTests.log(of: outcome)
    #expect(log.contains("(3 settings)"), "\(log)")
  }

  /// `LOUPE_RANK_KILLS=50` kills that often: a random rank while groups train, at a random moment. Then the
  /// run goes on with another number of ranks.
  @Test func runsOfWhichGroupsAreKilledGoOnToTheSameBytes() throws {
    let (folder, expected) = try SpreadTests.alone.get()
    var kills = RankKills(seed: 2)
    var (number, differences) = (0, [String]())
    while !kills.areDone {
      let out = "killed-\(number / 2)"
      let url = folder.url.appending(path: out)
      let arguments = try SpreadTests.arguments(in: folder, out: out)
      let launcher = MPILauncher.tested[number % MPILauncher.tested.count]
      let command = try launcher.command(ranks: number % 2 == 0 ? 4 : 2, arguments)
      number += 1
      _ = command.read(until: "Trained side by side")
      usleep(UInt32(kills.generator.uniform() * 2e6))
      try kills.end(command, of: url)
      guard number % 2 == 0 || kills.areDone else { continue }
      let rest =
        number % 4 == 0 ? try Command(arguments) : try launcher.command(ranks: number % 3 + 2, arguments)
      let outcome = rest.outcome()
      #expect(outcome.code == 0, "\(outcome.errors)")
      differences += try RunContents(of: url).differences(from: try #require(expected[4]))
    }
    #expect(differences == [])
    kills.expectPromptEnds()
  }

  /// What is trained when the first rank is asked to end is saved, also by the other groups.
  @Test(arguments: MPILauncher.tested) func aRequestToEndSavesEveryGroup(launcher: MPILauncher) throws {
    let (folder, expected) = try SpreadTests.alone.get()
    let out = "\(launcher)-asked"
    let arguments = try SpreadTests.arguments(in: folder, out: out)
    let command = try launcher.command(ranks: 2, arguments)
    let url = folder.url.appending(path: out)
    let checkpoints = ["simclr", "simclr.2"].map { url.appending(path: "\($0).checkpoint.safetensors").path }
    while !checkpoints.allSatisfy(FileManager.default.fileExists), command.process.isRunning { usleep(2000) }
    kill(try #require(MPILauncher.processes(of: url).min()), SIGTERM)
    let outcome = command.outcome()
    #expect(outcome.code == 128 + SIGTERM, "\(outcome.code) \(outcome.errors)")
    #expect(outcome.errors.contains("The run was interrupted"), "\(outcome.errors)")
    let rest = try launcher.command(ranks: 4, arguments).outcome()
    #expect(rest.code == 0, "\(rest.errors)")
    // One of the two may have ended before it was asked to.
    let log = SpreadTests.log(of: rest)
    for stage in ["simclr", "simclr #2"] {
      let sentences = ["goes on after", "is reused from"].map { "\n\(stage)  \($0)" }
      #expect(sentences.contains { log.contains($0) }, "\(log)")
    }
    #expect(try RunContents(of: url).differences(from: try #require(expected[4])) == [])
  }

  /// A stage that diverges beside another one: trained by the first rank if it takes longer, or by the other.
  @Test(arguments: MPILauncher.tested, ["longer", "shorter"])
  func aDivergenceInOneGroupEndsAll(launcher: MPILauncher, which: String) throws {
    let program = try #require(Executable.built("RankSteps"))
    let folder = try ScratchFolder()
    let (alone, shared) = (folder.url.appending(path: "alone"), folder.url.appending(path: "shared"))
    let expected = try Command(executable: program, [which, alone.path], threads: 1).outcome()
    let begin = ContinuousClock.now
    let outcome = try launcher.command(ranks: 2, of: program, [which, shared.path]).outcome()
    #expect(ContinuousClock.now - begin < .seconds(30))
    #expect(expected.code == 7 && outcome.code == 7, "\(expected.code) \(outcome.code)")
    for errors in [expected.errors, outcome.errors] {
      let sentence = "The loss of \"diverging\" is not a number in epoch "
      #expect(errors.components(separatedBy: sentence).count == 2, "\(errors)")
    }
    #expect(outcome.errors.contains("rank 1 on ") == (which == "shorter"), "\(outcome.errors)")
    // The other group has saved where it was, or the end of its training if it was faster.
    let saved = try FileManager.default.contentsOfDirectory(atPath: shared.path)
    #expect(
      saved.contains("steady.checkpoint.safetensors") || saved.contains("steady.safetensors"), "\(saved)")
  }

  /// A photograph that a group cannot read ends all, as it ends one process.
  @Test(arguments: MPILauncher.tested) func whatOneGroupCannotReadIsSaidOnce(launcher: MPILauncher) throws {
    let folder = try ScratchFolder()
    let whole = try SpreadTests.arguments(in: folder, out: "strict") + ["--strict"]
    try SmallRun.addBrokenPhotograph(to: folder.url)
    let alone = try Command(whole).outcome()
    let begin = ContinuousClock.now
    let outcome = try launcher.command(ranks: 2, whole).outcome()
    #expect(alone.code != 0 && outcome.code == alone.code, "\(alone.errors)\(outcome.errors)")
    #expect(outcome.errors.components(separatedBy: "broken.ppm").count == 2, "\(outcome.errors)")
    #expect(ContinuousClock.now - begin < .seconds(30))
  }
}
