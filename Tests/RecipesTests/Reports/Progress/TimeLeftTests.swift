import Foundation
import Testing

@testable import Recipes

struct TimeLeftTests {
  /// Trains epochs of simclr at half a second per step and two seconds per measurement.
  private func train(_ epochs: ClosedRange<Int>, _ left: inout TimeLeft, from start: Double = 0) -> Double {
    var time = start
    for epoch in epochs {
      for step in 1...10 {
        time += 0.5
        left.add(Events.step(step, epoch: epoch, seconds: 0.5 * Double(step)), at: time)
      }
      time += 2
      left.add(Events.epoch(epoch), at: time)
    }
    return time
  }

  @Test func aStageTakesItsStepsAndMeasurements() throws {
    var left = TimeLeft(of: Events.work)
    left.add(.stageBegan(Events.beginning), at: 0)
    #expect(left.ofStage == nil && left.ofRun == nil)
    left.add(Events.step(1, seconds: 3), at: 3)
    #expect(left.ofStage == nil)
    left.add(Events.step(2, seconds: 4), at: 4)
    #expect(abs((left.ofStage ?? 0) - 76) < 1e-9)
    left = TimeLeft(of: Events.work)
    left.add(.stageBegan(Events.beginning), at: 0)
    _ = train(1...1, &left)
    // 30 steps at 0.5 s, and 3 measurements at 2 s.
    #expect(try abs(#require(left.ofStage) - 21) < 1e-9)
    // Two trainings of 30 steps, each of twice the arithmetic.
    #expect(try abs(#require(left.ofRun) - (21 + 60)) < 1e-9)
  }

  @Test func laterStagesTakeTheirShareOfEvaluations() throws {
    var left = TimeLeft(of: Events.work)
    left.add(.stageBegan(Events.beginning), at: 0)
    let time = train(1...4, &left)
    left.add(Events.end, at: time)
    #expect(left.ofStage == nil)
    let next = Events.beginning(of: "classifier", index: 1, epochs: 3)
    left.add(.stageBegan(next), at: time)
    for step in 1...2 {
      let progress = StepProgress(
        stage: "classifier", epoch: 1, epochs: 3, step: step, steps: 10, images: 64, seconds: Double(step))
      left.add(.step(progress), at: time + Double(step))
    }
    // 28 steps of this training, and a second training of 30 steps with 40 % of other things.
    let own = try #require(left.ofStage)
    #expect(abs(own - 28) < 1e-9)
    let perAdd = (20 + 2.0) / (40e9 + 4e9)
    #expect(try abs(#require(left.ofRun) - (own + 60e9 * perAdd * 28 / 20)) < 1e-9)
    left.add(.trial(stage: "classifier", point: "1", score: 0.5, metric: "top1"), at: time + 3)
    #expect(try abs(#require(left.ofRun) - own) < 1e-9)
  }

  @Test func anUnknownRestIsNotSaid() {
    var left = TimeLeft()
    left.add(.stageBegan(Events.beginning), at: 0)
    _ = train(1...1, &left)
    #expect(left.ofStage != nil && left.ofRun == nil)
    var last = TimeLeft()
    last.add(.stageBegan(Events.beginning(of: "simclr", index: 1, epochs: 4)), at: 0)
    _ = train(1...1, &last)
    #expect(last.ofRun == last.ofStage && last.ofRun != nil)
  }

  @Test func aReusedStageTakesNothing() throws {
    let work = Events.work + [StageWork(stage: "third", multiplyAdds: 1e9, steps: 10, epochs: 1)]
    var left = TimeLeft(of: work)
    left.add(.stageBegan(Events.beginning), at: 0)
    _ = train(1...1, &left)
    let before = try #require(left.ofRun)
    let none = work.map {
      StageWork(
        stage: $0.stage, multiplyAdds: $0.multiplyAdds, steps: $0.steps, epochs: $0.epochs,
        trainings: $0.stage == "classifier" ? 0 : 1)
    }
    var other = TimeLeft(of: none)
    other.add(.stageBegan(Events.beginning), at: 0)
    _ = train(1...1, &other)
    #expect(try abs(before - #require(other.ofRun) - 60) < 1e-9)
  }
}
