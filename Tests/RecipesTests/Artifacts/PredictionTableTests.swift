import Foundation
import Recipes
import Testing

struct PredictionTableTests {
  private struct Row {
    let photograph, patient, split, label: String
    let probabilities: [Float]
  }

  private func rows(_ file: URL, classes: [String]) throws -> [Row] {
    let table = try CSV(file: file)
    let heads = try (["photograph", "patient", "split", "label"] + classes).map(table.column)
    #expect(heads == Array(heads.indices))
    var rows: [Row] = []
    let blank = table.forEachRow { row in
      guard let texts = try? heads.map(row.text) else { return }
      rows.append(
        Row(
          photograph: texts[0], patient: texts[1], split: texts[2], label: texts[3],
          probabilities: texts.dropFirst(4).compactMap { Float($0) }))
    }
    #expect(blank == 0)
    return rows
  }

  /// Accuracies computed from the table alone are those of the results, and a second run writes it again.
  @Test func reproducesTheResults() throws {
    let folder = try ScratchFolder()
    let dataset = try SmallClinic.dataset()
    let workers = Workers(count: 1)
    defer { workers.stop() }
    func run() throws -> Report {
      try SmallClinic.pipeline().run(on: dataset, output: folder.url, seed: 7, workers: workers) { _ in }
    }
    let results = try #require(try run().results)
    let known = Dictionary(uniqueKeysWithValues: dataset.photographs.map { ($0.id, $0) })
    for (branch, stem) in zip(results.branches, ["no-pretraining", "simclr-micle"]) {
      let file = folder.url.appending(path: "\(stem).classifier.predictions.csv")
      let rows = try rows(file, classes: dataset.classes)
      #expect(rows.count == 18)
      for row in rows {
        let photograph = try #require(known[row.photograph])
        #expect(row.patient == photograph.patient && row.split == "test")
        #expect(photograph.label.map { dataset.classes[$0] } == row.label)
        #expect(row.probabilities.count == 3 && abs(row.probabilities.reduce(0, +) - 1) < 1e-5)
      }
      let right = rows.count { row in
        row.probabilities.firstIndex(of: row.probabilities.max() ?? 0).map { dataset.classes[$0] }
          == row.label
      }
      #expect(branch[.top1]?.interval.value == Double(right) / Double(rows.count))

      let bytes = try Data(contentsOf: file)
      try FileManager.default.removeItem(at: file)
      #expect(try run().stages.allSatisfy { $0.isReused })
      #expect(try Data(contentsOf: file) == bytes)
    }
  }
}
