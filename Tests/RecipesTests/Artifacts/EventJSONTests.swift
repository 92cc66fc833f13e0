import Foundation
import Testing

@testable import Recipes

struct EventJSONTests {
  private func members(of event: RunEvent) throws -> [String: Any] {
    let line = event.json(at: Date(timeIntervalSince1970: 1_700_000_000))
    #expect(!line.contains("\n"))
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
    let members = try #require(object as? [String: Any])
    #expect(members["time"] as? String == "2023-11-14T22:13:20Z")
    return members
  }

  @Test func eventsHaveTheirMembers() throws {
    let accuracy = try Events.accuracy()
    let spread = EmbeddingSpread(of: [1, 0, 0, 1, -1, 0], columns: 2)
    let epoch = Events.epoch(3, spread: spread, neighbors: accuracy)
    let expected: [(RunEvent, [String])] = [
      (.note(stage: nil, "a\nb \"c\""), ["text"]), (.note(stage: "s", "a"), ["stage", "text"]),
      (.stageBegan(Events.beginning), ["stage", "index", "stages", "epochs", "finished", "steps"]),
      (Events.step(2, seconds: 1), ["stage", "epoch", "epochs", "step", "steps", "images", "seconds"]),
      (.features(stage: "s", done: 64, total: 100), ["stage", "done", "total"]),
      (.beforeTraining(stage: "s", accuracy, isRandom: true), ["stage", "top1", "balanced", "isRandom"]),
      (.probe(stage: "s", accuracy), ["stage", "top1", "balanced"]),
      (
        epoch,
        [
          "stage", "epoch", "epochs", "loss", "rate", "images", "seconds", "collapse", "deviation",
          "effectiveRank", "possibleRank", "top1", "balanced",
        ]
      ),
      (.warning(stage: "s", "w"), ["stage", "text"]),
      (.trial(stage: "s", point: "p", score: 0.5, metric: "m"), ["stage", "point", "score", "metric"]),
      (Events.end, ["stage", "seconds", "isReused"]),
      (
        .exchange(
          ExchangeRecord(
            stage: "s", epoch: 1, computing: [1, 2.5], bytes: 3, inFlight: 0.5, waiting: 0.25)),
        ["stage", "epoch", "computing", "bytes", "inFlight", "waiting"]
      ),
    ]
    var names: Set<String> = []
    for (event, keys) in expected {
      let members = try members(of: event)
      #expect(Set(members.keys) == Set(keys + ["event", "time"]), "\(event)")
      #expect(RunEvent(json: Data(event.json().utf8)) == event)
      names.insert(try #require(members["event"] as? String))
    }
    #expect(names.count == 11)
    let read = try members(of: epoch)
    #expect(read["epoch"] as? Int == 3 && read["loss"] as? Double == 2.5 && read["top1"] as? Double == 0.5)
    #expect(try members(of: .note(stage: nil, "a\nb \"c\""))["text"] as? String == "a\nb \"c\"")
  }

  @Test func aNumberThatIsNotFiniteIsAText() throws {
    #expect(try members(of: Events.epoch(1, loss: .nan))["loss"] as? String == "nan")
    #expect(try members(of: Events.epoch(1, loss: -.infinity))["loss"] as? String == "-inf")
    for loss in [Double.infinity, -.infinity, .nan] {
      let event = RunEvent(json: Data(Events.epoch(1, loss: loss).json().utf8))
      guard case .epoch(let record) = event else { return #expect(Bool(false), "\(loss)") }
      #expect(record.loss == loss || loss.isNaN && record.loss.isNaN)
    }
  }

  @Test(arguments: [
    "", "{}", "[1]", "null", #"{"event":"lunch","stage":"s"}"#, #"{"event":"epoch","stage":"s","epoch":1}"#,
    #"{"event":"warning","text":"w"}"#, #"{"event":"probe","stage":"s","top1":"x","balanced":1}"#,
  ])
  func otherLinesAreNoEvents(line: String) { #expect(RunEvent(json: Data(line.utf8)) == nil) }
}
