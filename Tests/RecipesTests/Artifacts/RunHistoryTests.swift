import Foundation
import Recipes
import Testing

struct RunHistoryTests {
  /// The present form of a line, and that of versions before 0.2.
  enum Form: CaseIterable { case present, earlier }

  private func epoch(_ number: Int, _ loss: Double, _ form: Form = .present) -> String {
    let members = """
      "stage":"s","epoch":\(number),"epochs":3,"loss":\(loss),"rate":0.1,"images":8,"seconds":1
      """
    return form == .present ? "{\"event\":\"epoch\",\(members)}" : "{\"epoch\":{\(members)}}"
  }

  private func began(_ finished: Int, _ choice: String? = nil, _ form: Form = .present) -> String {
    let choice = choice.map { "\"choice\":\"\($0)\"," } ?? ""
    let members = """
      "stage":"s",\(choice)"index":0,"stages":1,"epochs":3,"finished":\(finished),"steps":2
      """
    return form == .present ? "{\"event\":\"stageBegan\",\(members)}" : "{\"began\":{\(members)}}"
  }

  private func losses(_ lines: [String]) throws -> [Double] {
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "history.jsonl")
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    return RunHistory(contentsOf: file).epochs["s"]?.map(\.loss) ?? []
  }

  @Test func aContinuedTrainingGoesOn() throws {
    #expect(
      try losses([began(0), epoch(1, 5), epoch(2, 4), began(1), epoch(2, 3), epoch(3, 2)]) == [5, 3, 2])
  }

  @Test func aMeasurementThatIsRepeatedCountsOnce() throws {
    #expect(try losses([began(0), epoch(1, 5), began(1), epoch(1, 5), epoch(2, 4)]) == [5, 4])
  }

  @Test func aTrainingAnewDiscardsTheEarlierOne() throws {
    #expect(try losses([began(0), epoch(1, 5), epoch(2, 4), began(0), epoch(1, 3)]) == [3])
  }

  @Test(arguments: Form.allCases) func theChosenPointOfASearchCounts(form: Form) throws {
    let searched = [
      began(0, "a", form), epoch(1, 5, form), began(0, "b", form), epoch(1, 4, form),
    ]
    #expect(try losses(searched) == [4])
    let ended =
      form == .present
      ? #"{"event":"stageEnded","stage":"s","choice":"a","seconds":1,"isReused":false}"#
      : #"{"ended":{"stage":"s","choice":"a"}}"#
    #expect(try losses(searched + [ended]) == [5])
  }

  /// A run that a newer version continues has lines of both forms.
  @Test func linesOfAnEarlierVersionAreRead() throws {
    #expect(
      try losses([
        began(0, nil, .earlier), epoch(1, 5, .earlier), epoch(2, 4, .earlier), began(1), epoch(2, 3),
      ]) == [5, 3])
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "history.jsonl")
    let lines = [
      #"{"initial":{"stage":"s","accuracy":{"top1":0.5,"balanced":0.25}},"time":"2026-01-01T00:00:00Z"}"#,
      #"{"probe":{"stage":"s","accuracy":{"top1":0.75,"balanced":0.5}}}"#,
      #"{"warning":{"stage":"s","text":"w"}}"#,
      #"{"trial":{"stage":"s","point":"p","score":0.5,"metric":"m"}}"#,
    ]
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    let history = RunHistory(contentsOf: file)
    #expect(history.initial["s"]?.balanced == 0.25 && history.probes["s"]?.top1 == 0.75)
    #expect(history.warnings.map(\.text) == ["w"] && history.trials.map(\.point) == ["p"])
  }

  @Test func linesThatAreNoEntriesAreSkipped() throws {
    #expect(
      try losses([
        epoch(1, 5), "", "{\"event\":\"epo", "{\"epoch\":{\"sta", "null", "[1]", "\u{0}", epoch(2, 4),
      ]) == [5, 4])
    #expect(RunHistory(contentsOf: URL(filePath: "/nowhere/history.jsonl")) == RunHistory())
  }
}
