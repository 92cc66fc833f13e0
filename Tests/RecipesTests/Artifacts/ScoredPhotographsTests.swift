import Foundation
import Recipes
import Testing

struct ScoredPhotographsTests {
  /// Accuracies computed from the table alone are those of the results, and a second run writes it again.
  @Test func aRunsTableReproducesItsResults() throws {
    let folder = try ScratchFolder()
    let dataset = try SmallClinic.dataset()
    let workers = Workers(count: 1)
    defer { workers.stop() }
    func run() throws -> Report {
      try SmallClinic.pipeline().run(on: dataset, output: folder.url, seed: 7, workers: workers) { _ in }
    }
    let results = try #require(try run().results)
    let known = Dictionary(
      uniqueKeysWithValues: zip(dataset.photographs, dataset.splits).map { ($0.id, ($0, $1)) })
    for (branch, stem) in zip(results.branches, ["no-pretraining", "simclr-micle"]) {
      let file = folder.url.appending(path: "\(stem).classifier.predictions.csv")
      let scored = try ScoredPhotographs(contentsOf: file)
      #expect(scored.classes == dataset.classes)
      #expect(scored.splits.count { $0 == .test } == 18 && scored.splits.count { $0 == .validation } == 12)
      let predictions = scored.predictions
      for (sample, name) in scored.photographs.enumerated() {
        let (photograph, split) = try #require(known[name])
        #expect(photograph.patient == predictions.patients[sample] && split == scored.splits[sample])
        #expect(photograph.label == predictions.labels[sample])
        let scores = predictions.scores[(3 * sample)..<(3 * sample + 3)]
        #expect(abs(scores.reduce(0, +) - 1) < 1e-5)
      }
      let test = try #require(scored.part(of: .test)).predictions
      let right = (0..<test.count).count { test.predictedClass(ofSample: $0) == test.labels[$0] }
      #expect(branch[.top1]?.interval.value == Double(right) / Double(test.count))

      let bytes = try Data(contentsOf: file)
      try FileManager.default.removeItem(at: file)
      #expect(try run().stages.allSatisfy { $0.isReused })
      #expect(try Data(contentsOf: file) == bytes)
    }
  }

  /// Scores of an earlier version, which has none on validation, are computed again.
  @Test func scoresWithoutValidationAreComputedAgain() throws {
    let folder = try ScratchFolder()
    let workers = Workers(count: 1)
    defer { workers.stop() }
    func run() throws -> Data {
      try SmallClinic.pipeline().run(on: try SmallClinic.dataset(), output: folder.url, workers: workers) {
        _ in
      }
      return try Data(
        contentsOf: folder.url.appending(path: "no-pretraining.classifier.predictions.csv"))
    }
    let first = try run()
    let file = folder.url.appending(path: "no-pretraining.classifier.predictions.safetensors")
    let stored = try SafeTensors.read(file)
    #expect(stored.names == ["scores", "scores.validation"])
    let kept = try stored.tensor(named: "scores")
    try SafeTensors.write([kept], metadata: stored.metadata, to: file)
    #expect(try run() == first)
    #expect(try SafeTensors.read(file).names == ["scores", "scores.validation"])
  }

  @Test func aTableIsReadAsItWasWritten() throws {
    let classes = ["=1+1", "a, \"b\"", "<script>", "label"]
    let names = ["-x.jpg", "b\"c,d.jpg", "\u{202E}gpj.e.jpg"]
    let scores: [Float] = [
      0.1, 0.2, 0.3, 0.4, 1, 0, 0, 0, .leastNonzeroMagnitude, 1e-30, 0.33333334, 0.6666667,
    ]
    let scored = try ScoredPhotographs(
      Predictions(scores: scores, classes: 4, labels: [0, 3, 2], patients: ["P 1", "+49", "'"]), of: names,
      splits: [.test, .validation, .test], classes: classes)
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "predictions.csv")
    try Data(scored.table.utf8).write(to: file)
    #expect(try ScoredPhotographs(contentsOf: file) == scored)
    #expect(scored.part(of: .train) == nil)
    #expect(scored.part(of: .validation)?.photographs == [names[1]])
  }

  @Test(arguments: [
    "a,b\n1,2\n", "photograph,patient,split,label\n", "photograph,patient,split,label,x\n",
    "photograph,patient,split,label,x\np,q,nowhere,x,1\n", "photograph,patient,split,label,x\np,q,test,y,1\n",
    "photograph,patient,split,label,x\np,q,test,x,one\n", "photograph,patient,split,label,x\np,q,test,x\n",
    "photograph,patient,split,label,x\np,q,test,\"x,1\n", "\u{0}\u{1}", "",
  ])
  func anotherTableIsRefused(_ text: String) throws {
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "predictions.csv")
    try Data(text.utf8).write(to: file)
    let error = #expect(throws: (any Error).self) { try ScoredPhotographs(contentsOf: file) }
    #expect("\(try #require(error))".contains(file.path))
  }
}
