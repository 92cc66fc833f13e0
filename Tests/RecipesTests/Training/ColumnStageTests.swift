import Foundation
import Testing

@testable import Recipes

/// Stages that learn from columns of the manifest.
struct ColumnStageTests {
  private func stage(
    _ objective: some TrainingObjective, head: Int, epochs: Int = 40, chunk: Int? = nil
  ) -> Stage {
    Stage("columns", on: .unlabelled) {
      Views(1) { RandomFlip() }
      SmallClinic.encoder
      Linear(head)
      objective
      Optimize(AdamW(learningRate: 0.01), batch: 8, chunk: chunk, epochs: epochs)
    }
  }

  private func run(_ stage: Stage, on dataset: Dataset? = nil) throws -> (report: Report, log: [String]) {
    let folder = try ScratchFolder()
    let log = SmallClinic.Log()
    let report = try Pipeline("p") { stage }.run(
      on: dataset ?? SmallClinic.dataset(), output: folder.url, workers: Workers(count: 1)
    ) { log.note($0) }
    return (report, log.lines)
  }

  @Test func signsAreLearned() throws {
    let (report, log) = try run(stage(SigmoidCrossEntropy(columns: ["second", "third"]), head: 2))
    let history = report.stages[0].history
    // The shares of the signs alone leave 0.64.
    #expect(history.losses.count == 40 && history.losses[39] < 0.4, "\(history.losses)")
    #expect(log.contains("columns: second is known of 16 of 24 photographs to train on (0.0 to 1.0)."))
    #expect(log.contains("columns: third is known of 20 of 24 photographs to train on (0.0 to 1.0)."))
    // Logits are no embeddings, whose spread would say that they have collapsed; the encoder is looked at.
    #expect(history.spreads.isEmpty && history.neighbors.count > 1 && history.probe != nil)
    #expect(!log.contains { $0.contains("collapse") || $0.contains("rank") })
    #expect(report.stages[0].weights.lastPathComponent == "columns.safetensors")
  }

  @Test func numbersAreLearned() throws {
    let losses = try run(stage(MeanSquaredError(columns: ["period"]), head: 1)).report.stages[0].history
      .losses
    // The mean alone leaves 0.67.
    #expect(losses.count == 40 && losses[39] < 0.4, "\(losses)")
  }

  /// All photographs are contrasted, and those with signs teach them too.
  @Test(arguments: [nil, 4]) func aJointObjectiveLearnsFromBoth(chunk: Int?) throws {
    let stage = Stage("joint", on: .partlyLabelled) {
      Views(2) { RandomFlip() }
      SmallClinic.encoder
      ProjectionHead(hidden: [8], output: 8)
      JointObjective(
        NTXent(temperature: 0.5),
        JointObjective(
          SigmoidCrossEntropy(columns: ["third"]).withHead { Linear(1) },
          MeanSquaredError(columns: ["period", "third"]).withHead { Linear(2) }))
      Optimize(SGD(learningRate: 0.02), batch: 12, chunk: chunk, epochs: 3)
    }
    let report = try gradientCheck(stage, image: [8, 8, 3])
    #expect(report.passes, "\(report)")
    let trained = try run(stage).report.stages[0]
    #expect(trained.history.losses.count == 3 && trained.history.losses[2] < trained.history.losses[0])
    #expect(trained.history.spreads.count == 3)
  }

  @Test func aStagePassesTheGradientCheck() throws {
    let stage = stage(SigmoidCrossEntropy(columns: ["a", "b"], positiveWeights: [2, 3]), head: 2)
    let report = try gradientCheck(stage, image: [8, 8, 3])
    #expect(report.passes, "\(report)")
  }

  /// A photograph that cannot be read has another in its place, whose numbers are not its own.
  @Test(arguments: [nil, 4]) func aDamagedPhotographTeachesNothing(chunk: Int?) throws {
    let whole = try SmallClinic.dataset()
    /// The clinic with a damaged photograph, of which something is said or nothing.
    func losses(_ attributes: [String: String]) throws -> [Double] {
      let photographs = try whole.indices(of: .unlabelled).map { index -> Photograph in
        let known = whole.photographs[index]
        if known.id == "P3-1" {
          return Photograph(
            id: known.id, patient: known.patient, attributes: attributes,
            file: URL(filePath: "/nowhere/at/all.png"))
        }
        return Photograph(
          id: known.id, patient: known.patient, attributes: known.attributes,
          image: try whole.image(at: index))
      }
      let dataset = try Dataset(photographs, classes: [], source: "test")
      let stage = stage(MeanSquaredError(columns: ["period"]), head: 1, epochs: 3, chunk: chunk)
      return try run(stage, on: dataset).report.stages[0].history.losses
    }
    #expect(try losses(["period": "2"]) == losses(["period": "2000"]))
  }

  @Test func whatAClassifierHasIsRefused() {
    let stage = Stage("columns", on: .unlabelled) {
      Views(1) { RandomFlip() }
      SmallClinic.encoder
      Linear(1)
      MeanSquaredError(columns: ["period"])
      Optimize(SGD(learningRate: 0.05), batch: 8, epochs: 1)
      Recipes.Evaluate(on: .test)
    }
    let error = #expect(throws: PipelineErrors.self) { try StageConfiguration(of: stage) }
    #expect(error?.problems.count == 1)
    #expect(error?.problems[0].contains("beside its loss of numbers a stage has Views") == true)
  }
}
