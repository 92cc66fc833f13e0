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
    func photographs(_ indices: Range<Int>) -> [Photograph] {
      indices.map { index in
        let pixels = (0..<192).map { Float(($0 + index) * (index + 3) % 17) / 17 }
        let image = Image(width: 8, height: 8, pixels: pixels)
        return Photograph(id: "\(index)", patient: "P\(index)", label: index % 2, image: image)
      }
    }
    let dataset = try Dataset(
      train: photographs(0..<8), validation: photographs(8..<14), test: photographs(14..<20),
      classes: ["a", "b"], source: "test")
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
