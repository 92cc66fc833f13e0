import Foundation
import Recipes
import Testing

private func export(_ encoder: ResNet, in run: URL) throws {
  let weights = run.appending(path: "skin.classifier.safetensors")
  let calibration = try Calibration(contentsOf: run.appending(path: "skin.classifier.calibration.json"))
  let model = try ONNXModel(encoder, weights: weights, scaling: calibration.scaling)
  try model.write(to: run.appending(path: "skin.onnx"))
}

struct InProductionTests {
  @Test func aRunIsExported() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let dataset = try Dataset.drawn(train: 8, validation: 6, test: 6)
    let encoder = ResNet(.custom(blocks: [1], bottleneck: false, channels: 4), stem: .small)
    let pipeline = Pipeline("skin") {
      Classifier(encoder, classes: 2, named: "skin", batch: 4, epochs: 1)
    }
    _ = try pipeline.run(on: dataset, output: folder, size: 8, reporting: { _ in })
    try export(encoder, in: folder)
    let file = try Data(contentsOf: folder.appending(path: "skin.onnx"))
    #expect(file.range(of: Data("loupe.temperature".utf8)) != nil)
  }
}
