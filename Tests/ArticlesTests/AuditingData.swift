import Foundation
import Recipes
import Testing

private func pipeline(_ encoder: ResNet) -> Pipeline {
  Pipeline("skin") {
    let simclr = SimCLR(encoder, epochs: 40).audited()
    Classifier(encoder, classes: 7, named: "SimCLR", after: simclr)
  }
}

private func audit(_ dataset: Dataset, _ encoder: ResNet, in run: URL) throws -> Dataset {
  let pretraining = Pipeline("audit") { SimCLR(encoder, epochs: 16) }
  let report = try pretraining.run(on: dataset.pooled(), output: run, size: 64)
  let findings = try Audit().run(
    encoder, weights: report.stages[0].weights, on: dataset, size: 64, output: run.appending(path: "audit"))
  for pair in findings.likelyNearDuplicates where pair.relation == .splits {
    print(findings.photographs[pair.first].id, findings.photographs[pair.second].id, pair.score)
  }
  let (clean, removed) = try findings.removingLeaks(from: dataset, closerThan: .automatic)
  for photograph in removed { print(photograph.photograph, photograph.reason) }
  return clean
}

struct AuditingDataTests {
  @Test func thePipelineAudits() {
    let stages = pipeline(ResNet(.custom(blocks: [1], bottleneck: false, channels: 4), stem: .small)).stages
    #expect(stages.map(\.name) == ["simclr", "SimCLR"])
    #expect(stages[0].component(Audit.self) == Audit())
  }

  @Test func anAuditOfAFewPhotographs() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let dataset = try Dataset.drawn(train: 60, validation: 10, test: 10)
    let encoder = ResNet(.custom(blocks: [1], bottleneck: false, channels: 4), stem: .small)
    let pretraining = Pipeline("audit") { SimCLR(encoder, epochs: 1) }
    let report = try pretraining.run(
      on: dataset.pooled(), output: folder, size: 8, reporting: { _ in })
    let findings = try Audit().run(
      encoder, weights: report.stages[0].weights, on: dataset, size: 8,
      output: folder.appending(path: "audit"))
    #expect(findings.offTopic.count == 80)
  }
}
