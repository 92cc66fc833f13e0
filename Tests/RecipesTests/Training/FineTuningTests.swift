import Foundation
@testable import Recipes
import Testing

/// Searches, early stopping and repetitions in runs of a pipeline.
struct FineTuningTests {
  private func run(
    _ pipeline: Pipeline, in folder: ScratchFolder, log: SmallClinic.Log = SmallClinic.Log()
  ) throws -> Report {
    try pipeline.run(
      on: try SmallClinic.dataset(), output: folder.url, seed: 7, workers: Workers(count: 1)
    ) { log.note($0) }
  }

  private func classifier(
    rate: Double = 0.02, search: Search? = nil, stopping: EarlyStopping? = nil, epochs: Int = 2,
    repetition: Int = 0
  ) -> Classifier {
    Classifier(
      SmallClinic.encoder, classes: 3, named: "branch", optimizer: SGD(learningRate: rate), batch: 8,
      epochs: epochs, search: search, stopping: stopping, repetition: repetition)
  }

  @Test func aSearchKeepsWhatIsBestOnValidation() throws {
    let folder = try ScratchFolder()
    let log = SmallClinic.Log()
    let search = Search(learningRates: [1e-6, 0.05], weightDecays: [0, 1e-3], by: .auc)
    let report = try run(Pipeline("p") { classifier(search: search) }, in: folder, log: log)
    let record = SearchRecord(in: folder.url.appending(path: "branch.classifier.search.json"))
    #expect(record.trials.map(\.point) == search.points)
    let best = try #require(record.trials.max { $0.score < $1.score })
    let first = try #require(record.trials.first { $0.score == best.score })
    #expect(report.stages[0].choice == first.point)
    #expect(log.lines.filter { $0.contains("  search  rate ") }.count == 4)

    // The weights are those of a stage that has the setting without a search.
    let plain = try ScratchFolder()
    var optimizer = SGD(learningRate: first.point.learningRate)
    optimizer.weightDecay = .constant(first.point.weightDecay ?? 0)
    let alone = Pipeline("q") {
      Classifier(
        SmallClinic.encoder, classes: 3, named: "branch", optimizer: optimizer, batch: 8, epochs: 2)
    }
    let straight = try run(alone, in: plain)
    let weights = try [report, straight].map { try SafeTensors.read($0.stages[0].weights).tensors }
    #expect(weights[0] == weights[1])
  }

  @Test func aSearchIsNotMadeTwice() throws {
    let folder = try ScratchFolder()
    let search = Search(learningRates: [0.01, 0.05])
    let log = SmallClinic.Log()
    let first = try run(Pipeline("p") { classifier(search: search) }, in: folder, log: log)
    #expect(!first.stages[0].isReused && first.stages[0].seconds > 0)
    #expect(!log.lines.contains { $0.contains("is reused") })
    let again = SmallClinic.Log()
    #expect(try run(Pipeline("p") { classifier(search: search) }, in: folder, log: again).stages[0].isReused)
    #expect(again.lines.filter { $0.contains("is reused") }.count == 1)
    let wider = Search(learningRates: [0.01, 0.05, 1e-7])
    let second = try run(Pipeline("p") { classifier(search: wider) }, in: folder, log: again)
    #expect(again.lines.filter { $0.contains("epoch 1/2") }.count == 1)
    let record = SearchRecord(in: folder.url.appending(path: "branch.classifier.search.json"))
    #expect(record.trials.count == 3)
    #expect(first.stages[0].choice != nil && second.stages[0].choice != nil)
  }

  @Test func repetitionsTakeTheChoiceAndDrawOtherNumbers() throws {
    let folder = try ScratchFolder()
    let search = Search(learningRates: [0.01, 0.05])
    let pipeline = Pipeline("p") {
      for repetition in 0..<3 { classifier(search: search, repetition: repetition) }
    }
    let report = try run(pipeline, in: folder)
    #expect(report.stages.map(\.name) == ["branch", "branch #2", "branch #3"])
    #expect(Set(report.stages.map(\.choice)).count == 1)
    #expect(report.results?.branches.map(\.name) == ["branch"])
    #expect(report.results?.branches[0][.top1]?.repetitions.count == 3)
    let weights = try report.stages.map { try SafeTensors.read($0.weights)["conv1.weight"] }
    #expect(weights[0] != weights[1] && weights[1] != weights[2])
    #expect(try folder.contents.contains("branch.3.classifier.safetensors"))
  }

  @Test func earlyStoppingEndsAndKeepsTheBest() throws {
    let folder = try ScratchFolder()
    // At such a rate nothing gets better after the first epochs.
    let pipeline = Pipeline("p") {
      classifier(rate: 1e-9, stopping: EarlyStopping(patience: 2, by: .top1), epochs: 12)
    }
    let report = try run(pipeline, in: folder)
    let history = report.stages[0].history
    let best = try #require(history.validation.max())
    let place = try #require(history.validation.firstIndex(of: best))
    #expect(history.validation.count == place + 3 && history.losses.count < 12)
  }

  @Test func abrokenStoppingRunGoesOnToTheSameBits() throws {
    let (whole, broken) = (try ScratchFolder(), try ScratchFolder())
    let pipeline = Pipeline("p") {
      classifier(rate: 0.05, stopping: EarlyStopping(patience: 3), epochs: 5)
    }
    let straight = try run(pipeline, in: whole)
    struct PowerCut: Error {}
    let dataset = try SmallClinic.dataset()
    let plan = try PipelinePlan(pipeline, on: dataset, size: nil, seed: 7, workers: Workers(count: 1)).stages[
      0]
    let file = broken.url.appending(path: "branch.classifier.checkpoint.safetensors")
    let initial = try StageWeights(initializing: plan.step.graph, seed: plan.seed)
    let training = try TrainingRun(
      plan, on: dataset, from: TrainingState(initial),
      checkpoint: .init(
        every: .seconds(600), interruption: Interruption(), save: CheckpointFile(file: file, plan: plan).write
      ),
      progress: Progress(stage: "x", choice: nil, place: (0, 1)) { _ in }, workers: Workers(count: 1))
    var epochs = 0
    let score = { (scores: [Double]) in
      { (_: StageWeights) throws -> Double in
        epochs += 1
        if epochs == 4 { throw PowerCut() }
        return scores[epochs - 1]
      }
    }(straight.stages[0].history.validation)
    #expect(throws: PowerCut.self) {
      _ = try training.train(every: 9, nil, validate: score)
    }
    let log = SmallClinic.Log()
    let resumed = try run(pipeline, in: broken, log: log)
    #expect(log.lines.contains { $0.contains("goes on after epoch 4") })
    #expect(resumed.stages[0].history == straight.stages[0].history)
    let bits = try [straight, resumed].map { try Data(contentsOf: $0.stages[0].weights) }
    #expect(bits[0] == bits[1])
  }
}
