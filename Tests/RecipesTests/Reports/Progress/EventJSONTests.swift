import Foundation
import Testing

@testable import Recipes

struct EventJSONTests {
  private func members(of event: RunEvent) throws -> [String: Any] {
    #expect(!event.json.contains("\n"))
    let object = try JSONSerialization.jsonObject(with: Data(event.json.utf8))
    return try #require(object as? [String: Any])
  }

  @Test func eventsHaveTheirMembers() throws {
    let accuracy = try Events.accuracy()
    let spread = EmbeddingSpread(of: [1, 0, 0, 1, -1, 0], columns: 2)
    let epoch = Events.epoch(3, spread: spread, neighbors: accuracy)
    let expected: [(RunEvent, [String])] = [
      (.note(stage: nil, "a\nb \"c\""), ["text"]), (.note(stage: "s", "a"), ["stage", "text"]),
      (.stageBegan(Events.beginning), ["stage", "index", "stages", "epochs", "finished", "steps"]),
      (Events.step(2, seconds: 1), ["stage", "epoch", "epochs", "step", "steps", "images", "seconds"]),
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
    ]
    var names: Set<String> = []
    for (event, keys) in expected {
      let members = try members(of: event)
      #expect(Set(members.keys) == Set(keys + ["event"]), "\(event)")
      names.insert(try #require(members["event"] as? String))
    }
    #expect(names.count == 9)
    let read = try members(of: epoch)
    #expect(read["epoch"] as? Int == 3 && read["loss"] as? Double == 2.5 && read["top1"] as? Double == 0.5)
    #expect(try members(of: .note(stage: nil, "a\nb \"c\""))["text"] as? String == "a\nb \"c\"")
  }

  @Test func aNumberThatIsNotFiniteIsAText() throws {
    #expect(try members(of: Events.epoch(1, loss: .nan))["loss"] as? String == "nan")
    #expect(try members(of: Events.epoch(1, loss: -.infinity))["loss"] as? String == "-inf")
  }
}
