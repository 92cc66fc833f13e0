import Foundation
import Testing

@testable import Recipes

/// The record of a search whose points end in any order.
struct SearchRecordTests {
  private static let order = ["a", "b", "c"]

  private func record(_ scores: [(hash: String, score: Double)]) throws -> (SearchRecord, URL) {
    let file = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString).json")
    var record = SearchRecord(in: file)
    for (hash, score) in scores {
      try record.add(
        .init(point: .init(learningRate: 1, weightDecay: nil), hash: hash, score: score),
        in: SearchRecordTests.order, to: file)
    }
    return (record, file)
  }

  @Test(arguments: [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"]])
  func trialsAreInTheOrderOfThePoints(ended: [String]) throws {
    let (record, file) = try record(ended.map { ($0, 0.5) })
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(record.trials.map(\.hash) == SearchRecordTests.order)
    #expect(SearchRecord(in: file).trials.map(\.hash) == SearchRecordTests.order)
  }

  /// Trials of other settings stay where they are.
  @Test func otherTrialsStay() throws {
    let (record, file) = try record([("old", 0.9), ("c", 0.1), ("a", 0.2)])
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(record.trials.map(\.hash) == ["old", "a", "c"])
    #expect(record.isBest(0.3, of: "b", in: SearchRecordTests.order))
  }

  /// Of equal scores the first point's counts, whichever ended first.
  @Test func theFirstOfEqualScoresIsBest() throws {
    let (record, file) = try record([("b", 0.5)])
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(record.isBest(0.5, of: "a", in: SearchRecordTests.order))
    #expect(!record.isBest(0.5, of: "c", in: SearchRecordTests.order))
    #expect(record.isBest(0.6, of: "c", in: SearchRecordTests.order))
    #expect(!record.isBest(0.4, of: "a", in: SearchRecordTests.order))
  }
}
