import Foundation
import Recipes
import Testing

struct RunHistoryTests {
  private func epoch(_ number: Int, _ loss: Double) -> String {
    """
    {"epoch":{"stage":"s","epoch":\(number),"epochs":3,"loss":\(loss),"rate":0.1,"images":8,"seconds":1}}
    """
  }

  private func began(_ finished: Int, _ choice: String? = nil) -> String {
    let choice = choice.map { "\"choice\":\"\($0)\"," } ?? ""
    return """
      {"began":{"stage":"s",\(choice)"index":0,"stages":1,"epochs":3,"finished":\(finished),"steps":2}}
      """
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

  @Test func theChosenPointOfASearchCounts() throws {
    let searched = [began(0, "a"), epoch(1, 5), began(0, "b"), epoch(1, 4)]
    #expect(try losses(searched) == [4])
    #expect(try losses(searched + [#"{"ended":{"stage":"s","choice":"a"}}"#]) == [5])
  }

  @Test func linesThatAreNoEntriesAreSkipped() throws {
    #expect(
      try losses([epoch(1, 5), "", "{\"epoch\":{\"sta", "null", "[1]", "\u{0}", epoch(2, 4)]) == [5, 4])
    #expect(RunHistory(contentsOf: URL(filePath: "/nowhere/history.jsonl")) == RunHistory())
  }
}
