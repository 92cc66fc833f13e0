import Foundation
import Recipes
import Testing

private func pretraining(_ encoder: ResNet, batch: Int = 64, epochs: Int = 40) -> Pipeline {
  Pipeline("pretraining") {
    Stage("simclr", on: .unlabelled) {
      Views(2) {
        RandomResizedCrop(area: 0.08...1); RandomFlip()
        ColorJitter(strength: 1); RandomGrayscale()
        GaussianBlur()
      }
      encoder
      ProjectionHead(hidden: [512], output: 128)
      NTXent(temperature: 0.1)
      Optimize(
        SGD(learningRate: 0.1, weightDecay: 1e-4), schedule: .cosine(warmup: 0.1), batch: batch,
        epochs: epochs)
    }
  }
}

private func pretrain(on dataset: Dataset, in folder: URL) throws -> Report {
  try pretraining(ResNet(.resNet18, stem: .small)).run(on: dataset, output: folder, size: 64, seed: 0)
}

// A line for each, with PyTorch's beside it.
// swift-format-ignore
private func spellings(_ x: Tensor, _ labels: Tensor) -> [Tensor] {
  [
    x.reshaped(to: [2, 6]),                   // x.reshape(2, 6)
    x.transposed,                             // x.T
    x.transposed([1, 0]),                     // x.permute(1, 0)
    x.sliced(1..<3, axis: 0),                 // x[1:3]
    x.gathered(labels),                       // x[labels]
    concatenate([x, x], axis: 1),             // torch.cat([x, x], dim=1)
    x.sum(axes: [1]),                         // x.sum(dim=1)
    x.max(axes: [-1], keepingDimensions: true),  // x.amax(dim=-1, keepdim=True)
    x.mean(),                                 // x.mean()
    x.moments(axes: [1]).variance,            // x.var(dim=1, correction=0, keepdim=True)
    x.logSumExp(axes: [1]),                   // x.logsumexp(dim=1)
    x.l2Normalized(),                         // F.normalize(x, dim=1)
    matmul(x, x, transposeB: true),           // x @ x.T
    select(x .> 0, x, x * 0.1),               // torch.where(x > 0, x, x * 0.1)
    maximum(x, 0.5),                          // x.clamp(min=0.5)
    oneHot(labels, classes: 4),               // F.one_hot(labels, 4).float()
    crossEntropy(x, labels: labels),          // F.cross_entropy(x, labels)
    stopGradient(x) * x,                      // x.detach() * x
  ]
}

private func gradientPenalty(_ x: Tensor) -> Tensor {
  let tape = Tape(x.graph)
  let y = (x * x * x).sum()
  let slope = tape.gradients(of: y, for: [x])[0]
  return (slope * slope).sum()
}

struct ComingFromPyTorchTests {
  @Test func theStageRuns() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let photographs = (0..<8).map { patient in
      var generator = CounterGenerator(seed: 1, patient)
      let pixels = (0..<16 * 16 * 3).map { _ in Float(generator.uniform()) }
      return Photograph(
        id: "\(patient)", patient: "\(patient)", image: Image(width: 16, height: 16, pixels: pixels))
    }
    let dataset = try Dataset(photographs, classes: [], source: "noise")
    let encoder = ResNet(.custom(blocks: [1], bottleneck: false, channels: 4), stem: .small)
    let report = try pretraining(encoder, batch: 4, epochs: 1).run(
      on: dataset, output: folder, size: 8, seed: 0, reporting: { _ in })
    let stage = try #require(report[stage: "simclr"])
    #expect(stage.history.losses.count == 1)
    let weights = try SafeTensors.read(stage.weights)
    #expect(weights.shape(of: "conv1.weight") == [4, 3, 3, 3])
    #expect(weights.names.contains("layer1.0.bn1.running_var"))
    #expect(weights.shape(of: "projection.fc1.weight") == [512, 4])
    #expect(!weights.names.contains { $0.hasSuffix("num_batches_tracked") || $0.hasSuffix("momentum") })
    _ = pretrain
  }

  @Test func theSpellingsMeanWhatPyTorchDoes() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [3, 4])
    let results = spellings(x, graph.input("labels", [3], .int32))
    try graph.verify()
    #expect(
      results.map { $0.shape.dimensions } == [
        [2, 6], [4, 3], [4, 3], [2, 4], [3, 4], [3, 8], [3], [3, 1], [], [3, 1], [3], [3, 4], [3, 3], [3, 4],
        [3, 4], [3, 4], [], [3, 4],
      ])
    let values = Interpreter<Double>(
      try graph.build(),
      inputs: [
        "x": .real([-1, 2, 0, 3, 1, 1, 1, 1, 0.5, -2, 4, 0], [3, 4]), "labels": .index([2, 0, 1], [3]),
      ])
    #expect(values[results[2]] == [-1, 1, 0.5, 2, 1, -2, 0, 1, 4, 3, 1, 0])
    #expect(values[results[3]] == [1, 1, 1, 1, 0.5, -2, 4, 0])
    #expect(values[results[4]] == [0.5, -2, 4, 0, -1, 2, 0, 3, 1, 1, 1, 1])
    #expect(values[results[6]] == [4, 4, 2.5])
    #expect(values[results[7]] == [3, 1, 4])
    #expect(values[results[9]] == [2.5, 0, 4.671875])
    #expect(values[results[13]] == [-0.1, 2, 0, 3, 1, 1, 1, 1, 0.5, -0.2, 4, 0])
    #expect(values[results[14]] == [0.5, 2, 0.5, 3, 1, 1, 1, 1, 0.5, 0.5, 4, 0.5])
  }

  @Test func aGradientIsDifferentiated() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [2])
    let tape = Tape(graph)
    let gradient = tape.gradients(of: gradientPenalty(x), for: [x])[0]
    // The penalty is 9 x^4.
    #expect(
      Interpreter<Double>(try graph.build(), inputs: ["x": .real([1, 2], [2])])[gradient] == [36, 288])
  }
}
