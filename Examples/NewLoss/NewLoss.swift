import Foundation
import Recipes

/// A custom loss: checks its gradient and values, and trains with it and with the package's NT-Xent.
@main struct NewLoss {
  static func main() throws {
    let report = try gradientCheck(HardNegatives(), on: .random(8, 16))
    print(report)
    try report.verify()

    var generator = CounterGenerator(seed: 1)
    let z = (0..<8).map { _ in (0..<16).map { _ in generator.normal() } }
    for hardness in [0, 1, 2.0] {
      let own = try value(of: HardNegatives(temperature: 0.5, hardness: hardness), z)
      let loop = plainLoop(z, temperature: 0.5, hardness: hardness)
      print("hardness \(hardness)  loss \(own)  by a plain loop \(loop)")
    }
    print("NTXent        loss \(try value(of: NTXent(temperature: 0.5), z))")

    let output = FileManager.default.temporaryDirectory.appending(path: "NewLoss-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let trained = try pipeline(epochs: 16).run(on: Pictures.dataset(512), output: output, checkingEvery: 4)
    print("")
    for stage in trained.stages {
      let neighbors = stage.history.neighbors
      guard let before = neighbors[0], let after = neighbors.max(by: { $0.key < $1.key }) else { continue }
      let percentages = [before, after.value].map { String(format: "%.1f %%", 100 * $0.top1) }
      print("\(stage.name)  kNN \(percentages[0]) before and \(percentages[1]) after \(after.key) epochs")
    }
  }

  /// Returns the same training for each of the two losses.
  private static func pipeline(epochs: Int) -> Pipeline {
    let encoder = ResNet(.custom(blocks: [1, 1, 1], bottleneck: false, channels: 16), stem: .small)
    let views = Views(2) {
      RandomRotation(degrees: 180); RandomFlip()
      RandomResizedCrop(area: 0.6...1)
      ColorJitter(brightness: 0.5, contrast: 0.5, saturation: 0, hue: 0)
    }
    func stage(_ name: String, _ loss: any EmbeddingLoss) -> SimCLR {
      SimCLR(
        encoder, named: name, views: views, head: ProjectionHead(hidden: [64], output: 32), loss: loss,
        optimizer: AdamW(learningRate: 4e-3), scaling: .none, batch: 32, epochs: epochs)
    }
    return Pipeline("losses") {
      stage("NTXent", NTXent(temperature: .linear(from: 0.5, to: 0.2)))
      stage("HardNegatives", HardNegatives(temperature: .linear(from: 0.5, to: 0.2)))
    }
  }
}
