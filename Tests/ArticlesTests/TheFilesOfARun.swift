import Foundation
import Recipes
import Testing

struct TheFilesOfARun {
  @Test func areReadBack() throws {
    let output = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: output) }
    func photographs(_ numbers: Range<Int>) -> [Photograph] {
      numbers.map { number in
        var generator = CounterGenerator(seed: 1, number)
        return Photograph(
          id: "\(number)", patient: "\(number)", label: number % 2,
          attributes: ["sex": number % 3 == 0 ? "f" : "m"],
          image: Image(width: 16, height: 16, pixels: (0..<768).map { _ in Float(generator.uniform()) }))
      }
    }
    let dataset = try Dataset(
      train: photographs(0..<16), validation: photographs(16..<24), test: photographs(24..<32),
      classes: ["a", "b"], source: "noise")
    try Pipeline("files") {
      Classifier(ResNet(.tiny, stem: .small), classes: 2, named: "branch", batch: 8, epochs: 2)
    }.run(
      on: dataset, in: RunFolder(output), page: RunReport.Options(subgroups: ["sex"]), reporting: { _ in })
    let known = [
      "branch.classifier.calibration.json", "branch.classifier.predictions.csv",
      "branch.classifier.predictions.safetensors", "branch.classifier.safetensors",
      "gallery.features.safetensors", "gallery.json", "history.jsonl", "photographs.csv",
      "report.html", "results.json",
    ]
    #expect(try FileManager.default.contentsOfDirectory(atPath: output.path).sorted() == known)

    let run = try RunArchive(in: output)
    let scored = try #require(run.branches.last?.repetitions.first?.part(of: .test))
    #expect(scored.photographs == (24..<32).map(String.init))
    #expect(run.photographs?.attributes == ["sex"])
  }
}
