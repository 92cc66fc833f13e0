import Foundation
import Testing

@testable import Recipes

@Suite struct ComparisonSectionTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func archive(_ run: SampleRun, _ name: String) throws -> RunArchive {
    let folder = scratch.url.appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try run.archive(in: folder)
  }

  private func text(_ run: RunArchive, _ other: RunArchive) throws -> String {
    try RunReport(of: run, options: .init(comparisons: [other])).comparison.flatMap(\.content).map(\.html)
      .joined()
  }

  @Test func thereIsNoneWithoutAnotherRun() throws {
    #expect(try RunReport(of: try archive(SampleRun(), "a")).comparison.isEmpty)
  }

  @Test func settingsThatDifferAreListed() throws {
    var other = SampleRun()
    other.settings["temperature"] = "0.5"
    let html = try text(try archive(SampleRun(), "a"), try archive(other, "b"))
    #expect(html.contains("<th scope=\"row\">temperature</th><td>0.1</td><td>0.5</td>"))
    #expect(!html.contains("<th scope=\"row\">batch</th>"))
  }

  @Test func differencesArePairedOnTheSamePhotographs() throws {
    var better = SampleRun()
    better.branches[2].skill = 4
    let (run, other) = (try archive(better, "a"), try archive(SampleRun(), "b"))
    let pairs = PairedRuns(run, named: "A", other, named: "B")
    #expect(pairs.reasons.isEmpty)
    #expect(pairs.differences.map(\.of) == ["A: no pretraining", "A: SimCLR", "A: SimCLR + MICLe"])
    #expect(pairs.differences.map { $0[.balanced]?.value }[0] == 0)
    let of = try #require(run.results.branches[2][.balanced]?.value)
    let over = try #require(other.results.branches[2][.balanced]?.value)
    let difference = try #require(pairs.differences[2][.balanced])
    #expect(abs(difference.value - (of - over)) < 1e-12)
    #expect(difference.interval.low > 0)
    // The same as the bootstrap's own on the predictions.
    let tests = try [run, other].map {
      try #require($0.branches[2].repetitions[0].part(of: .test)).predictions
    }
    let expected = try Bootstrap(seed: run.results.seed).difference(of: tests[0], over: tests[1]) {
      ClassAverage(.sensitivity, of: $0)
    }
    #expect(difference.interval == expected)
  }

  /// The order of photographs and classes in the other file does not matter.
  @Test func photographsAndClassesAreMatchedByName() throws {
    let run = try archive(SampleRun(), "a")
    let file = scratch.url.appending(path: "a/simclr.classifier.predictions.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
    let swapped = lines.map { line in
      var fields = line.split(separator: ",", omittingEmptySubsequences: false)
      fields.swapAt(4, 6)
      return fields.joined(separator: ",")
    }
    let other = try archive(SampleRun(), "b")
    try Data(([swapped[0]] + swapped.dropFirst().reversed()).joined(separator: "\n").utf8).write(
      to: scratch.url.appending(path: "b/simclr.classifier.predictions.csv"))
    let reordered = try RunArchive(in: other.folder)
    #expect(reordered.branches[1].repetitions[0].classes[0] == "melanoma")
    let pairs = PairedRuns(run, named: "A", reordered, named: "B")
    #expect(pairs.reasons.isEmpty)
    #expect(pairs.differences[1][.auc]?.interval == Interval(value: 0, low: 0, high: 0))
  }

  @Test func otherPhotographsAreSaidToBeOthers() throws {
    var other = SampleRun()
    other.patients = 140
    let html = try text(try archive(SampleRun(), "a"), try archive(other, "b"))
    #expect(
      html.contains(
        "of the 54 test photographs of this run, 54 are among the 63 of the other one, so there is no paired "
          + "difference"))
    var renamed = SampleRun()
    renamed.classes[0] = "rosacea"
    #expect(
      try text(try archive(SampleRun(), "a"), try archive(renamed, "c")).contains(
        "the classes are not the same"))
    let old = SampleRun(hasRecord: false)
    #expect(
      try text(try archive(SampleRun(), "a"), try archive(old, "d")).contains(
        "has no predictions by photograph"))
  }
}
