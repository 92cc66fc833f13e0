import Foundation
import Recipes
import Testing

private func run(_ skin: Pipeline, on dataset: Dataset, in output: URL) throws {
  let ranks = try Ranks.launched { loss in
    print(loss)
    return 75
  }
  let pipeline = skin.cut(into: 8)
  if ranks?.isFirst != false {
    try pipeline.run(on: dataset, in: RunFolder(output), ranks: ranks)
  } else if let ranks {
    try pipeline.follow(ranks, on: dataset)
  }
  ranks?.finish()
}

private let synchronized =
  SimCLR(
    ResNet(.resNet50).synchronized(), head: ProjectionHead().synchronized(), batch: 1024, epochs: 100)

struct SeveralMachinesTests {
  @Test func aSynchronizedStageIsValid() throws {
    try Pipeline("skin") { synchronized }.validate()
  }

  /// Without a launcher it is the run of one process, in chunks.
  @Test func aRunWithoutALauncherIsOfOneProcess() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let photographs = (0..<16).map { index in
      let pixels = (0..<192).map { Float(($0 + index) * (index + 3) % 17) / 17 }
      return Photograph(
        id: "\(index)", patient: "P\(index)", image: Image(width: 8, height: 8, pixels: pixels))
    }
    let dataset = try Dataset(photographs, classes: [], source: "patterns")
    let encoder = ResNet(.custom(blocks: [1], bottleneck: false, channels: 4), stem: .small)
    try run(Pipeline("skin") { SimCLR(encoder, batch: 16, epochs: 1) }, on: dataset, in: folder)
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "simclr.safetensors").path))
  }
}
