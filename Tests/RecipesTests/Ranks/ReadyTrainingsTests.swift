import Testing

@testable import Recipes

/// Which trainings can begin, and which of a run are side by side.
struct ReadyTrainingsTests {
  private static let search = Search(learningRates: [0.01, 0.1])

  /// Of two repetitions: SimCLR, a classifier with a search on it, and one without pretraining.
  private static func pipeline(repetitions: Int = 2) -> Pipeline {
    Pipeline("p") {
      for repetition in 0..<repetitions {
        let simclr = Stage("simclr", on: .unlabelled, repetition: repetition) {
          Views(2) { RandomFlip() }
          SmallClinic.encoder
          ProjectionHead(hidden: [8], output: 8)
          NTXent(temperature: 0.1)
          Optimize(SGD(learningRate: 0.05), batch: 8, epochs: 4)
        }
        Classifier(
          SmallClinic.encoder, classes: 3, named: "fine-tuned", after: simclr, batch: 8, epochs: 1,
          search: search, repetition: repetition)
        Classifier(
          SmallClinic.encoder, classes: 3, named: "scratch", batch: 8, epochs: 1, repetition: repetition)
      }
    }
  }

  private func plan(_ pipeline: Pipeline = pipeline()) throws -> PipelinePlan {
    try PipelinePlan(
      pipeline, on: SmallClinic.dataset(), size: nil, seed: 7, workers: Workers(count: 1))
  }

  private func ready(
    at index: Int, choices: [String: Search.Point] = [:], finished: Set<Int> = [], scored: Int = 0
  ) throws -> [ReadyTraining] {
    let plan = try plan()
    return try ReadyTrainings(
      of: plan,
      ReadyTrainings.Progress(
        index: index, choices: choices, isFinished: { index, _ in finished.contains(index) },
        pointsLeft: { Array((plan.stages[$0].parts.search?.points ?? []).dropFirst(scored)) })
    ).list
  }

  private func titles(_ trainings: [ReadyTraining]) throws -> [String] {
    let plan = try plan()
    return trainings.map { training in
      plan.stages[training.index].stage.title + (training.point.map { " \($0.learningRate)" } ?? "")
        + (training.isTrial ? "?" : "")
    }
  }

  @Test func whatStartsFromNothingIsReadyAtOnce() throws {
    #expect(
      try plan().stages.map(\.stage.title) == [
        "simclr", "fine-tuned", "scratch", "simclr #2", "fine-tuned #2", "scratch #2",
      ])
    #expect(try titles(ready(at: 0)) == ["simclr", "scratch", "simclr #2", "scratch #2"])
    #expect(try titles(ready(at: 0, finished: [2])) == ["simclr", "simclr #2", "scratch #2"])
  }

  /// Later repetitions wait for the choice of the first one's search.
  @Test func aSearchIsOfTheFirstRepetition() throws {
    #expect(
      try titles(ready(at: 1, finished: [3])) == [
        "fine-tuned 0.01?", "fine-tuned 0.1?", "scratch", "scratch #2",
      ])
    #expect(try titles(ready(at: 1, finished: [2, 3, 5], scored: 1)) == ["fine-tuned 0.1?"])
    let choices = ["fine-tuned": Search.Point(learningRate: 0.1, weightDecay: nil)]
    #expect(
      try titles(ready(at: 2, choices: choices, finished: [3])) == [
        "scratch", "fine-tuned #2 0.1", "scratch #2",
      ])
    #expect(try titles(ready(at: 2, choices: choices)) == ["scratch", "simclr #2", "scratch #2"])
  }

  /// A run in which two ranks are no faster than one: what can begin at the same time does.
  @Test func aForecastGoesThroughTheRun() throws {
    let plan = try plan()
    let work = plan.stages.map { stage in
      StageWork(
        stage: stage.stage.title, multiplyAdds: 1, steps: 1, epochs: 1,
        trainings: stage.stage.title == "fine-tuned" ? 2 : 1)
    }
    // Batches of one chunk are for one rank.
    let forecast = try SpreadForecast(of: plan, left: work, ranks: 2) { _, _ in 60 }
    #expect(
      try forecast.waves.map { try titles($0.trainings) } == [
        ["simclr", "scratch", "simclr #2", "scratch #2"], ["fine-tuned 0.01?", "fine-tuned 0.1?"],
        ["fine-tuned #2 0.01"],
      ])
    #expect(forecast.mostGroups == 2)
    #expect(
      forecast.sentences[2]
        == "\"fine-tuned #2\" is trained by 1 of 2 ranks, as all together could not share its chunks.")
    #expect(
      forecast.sentences[1]
        == "Trained side by side on 2 groups of one rank: \"fine-tuned\" (2 settings). That takes about 1 min, "
        + "while all 2 ranks together could not share their chunks (estimates).")
  }

  /// Halves of a batch are for one rank or two.
  @Test func chunksAreForAPowerOfTwoOfRanks() throws {
    let plan = try plan(SmallClinic.pipeline(chunk: 4))
    #expect(plan.stages.map(\.chunks) == [1, 2, 1, 1])
    #expect(plan.stages[1].isSharable(by: 2) && !plan.stages[1].isSharable(by: 4))
    #expect(plan.stages[0].isSharable(by: 1) && !plan.stages[0].isSharable(by: 2))
  }

  /// SimCLR and what starts from it are one after another; a classifier without pretraining is beside them.
  @Test func aStageIsSpreadableIfSomethingCanGoOnBesideIt() throws {
    let plan = try plan(
      Pipeline("p") {
        let simclr = SimCLR(SmallClinic.encoder, batch: 8, epochs: 1)
        Classifier(SmallClinic.encoder, classes: 3, named: "a", after: simclr, batch: 8, epochs: 1)
      })
    #expect(!plan.isSpreadable(0) && !plan.isSpreadable(1))
    let searched = try self.plan(Self.pipeline(repetitions: 1))
    #expect(searched.isSpreadable(0) && searched.isSpreadable(1) && searched.isSpreadable(2))
    let alone = try self.plan(
      Pipeline("p") {
        Classifier(SmallClinic.encoder, classes: 3, named: "a", batch: 8, epochs: 1, search: Self.search)
      })
    #expect(alone.isSpreadable(0))
  }
}
