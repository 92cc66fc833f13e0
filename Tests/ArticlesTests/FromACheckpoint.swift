import Foundation
import Recipes
import Testing

private func encoders() -> [Pretrained] {
  let imagenet = ResNet(.resNet50).pretrained("resnet50.pth", normalization: .imagenet)
  let teacher = ResNet(.resNet50).pretrained(
    "checkpoint.pth", normalization: .imagenet, prefix: "teacher.backbone.")
  let mine = ResNet(.resNet50).pretrained(
    "last.ckpt", normalization: .imagenet, ignoring: ["fc", "projector"])
  let dinov2 = VisionTransformer(.small).fitted(to: "dinov2_vits14_reg4_pretrain.pth")
    .pretrained("dinov2_vits14_reg4_pretrain.pth", normalization: .imagenet)
  let simclr = ResNet(.resNet50, stem: .tensorflow, width: 4).pretrained("ResNet50_4x/model.ckpt-225206")
  return [imagenet, teacher, mine, dinov2, simclr]
}

struct FromACheckpoint {
  @Test func layersAreTakenAsTheyAreWritten() {
    #expect(encoders().count == 5)
  }

  @Test func headsAreTrainedOnFeatures() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let photographs = try Dataset.drawn(train: 20, validation: 8, test: 8)
    let network = ResNet(.tiny)
    let pretrained = try Pipeline("start") {
      SimCLR(network, batch: 8, epochs: 1)
    }.run(on: photographs, output: folder.appending(path: "start"), reporting: { _ in })
    let encoder = network.pretrained(pretrained.stages[0].weights.path)
    let (cache, output) = (folder.appending(path: "cache"), folder.appending(path: "heads").path)

    let heads = Pipeline("heads") {
      for share in [0.1, 1] {
        Classifier(
          encoder.frozen(), classes: photographs.classes.count, on: .labelled(.train, share: share),
          named: "head on \(share) of the labels", views: .scored, sampling: .balanced,
          optimizer: AdamW(learningRate: 1e-3), epochs: 30, search: Search(learningRates: [1e-3, 3e-3, 1e-2]))
      }
    }
    let report = try heads.run(
      on: photographs.cached(in: cache, shorterSide: 448), output: output, size: 224)
    #expect(report.stages.map(\.history.losses.count) == [30, 30])
    #expect(report.results?.branches.count == 2)
    #expect(try heads.memory(on: photographs, size: 224).allSatisfy { $0.features > 0 })
  }
}
