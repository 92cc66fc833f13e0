import Foundation
import Recipes
import Testing

private struct OneWay: ContrastiveLoss {
  var temperature = 0.1

  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let z = z.l2Normalized()
    let (first, second) = (z.sliced(0..<pairs.count, axis: 0), z.sliced(pairs.count..<pairs.rows, axis: 0))
    let similarity = matmul(first, second.transposed) / temperature
    let positive = (first * second).sum(axes: [1]) / temperature
    return (similarity.logSumExp(axes: [1]) - positive).mean()
  }
}

private struct LayerScale: Layer {
  func apply(to x: Tensor) -> Tensor {
    x * x.graph.variable("gamma", [x.shape.channels], role: .normalization, initializer: .constant(1e-4))
  }
}

private func clippingItsGradient(_ x: Tensor) -> Tensor {
  customGradient(for: [x]) { x in
    x[0]
  } gradient: { upstream, _, _ in
    [minimum(maximum(upstream, -1), 1)]
  }
}

private struct BasicBlock: Layer {
  let channels: Int, stride: Int
  var body: some Layer {
    Residual {
      Conv2D(channels, kernel: 3, stride: stride); BatchNorm(); ReLU()
      Conv2D(channels, kernel: 3); BatchNorm(scale: .zeros)
    } shortcut: {
      Conv2D(channels, kernel: 1, stride: stride); BatchNorm()
    }
    ReLU()
  }
}

private let skin = Pipeline("skin-micle") {
  let encoder = ResNet(.resNet18, stem: .small)
  let simclr = SimCLR(encoder, on: .unlabelled, epochs: 40)
  let micle = MICLe(encoder, on: .patients, after: simclr, epochs: 20)
  Classifier(encoder, classes: 26, named: "no pretraining")
  Classifier(encoder, classes: 26, named: "SimCLR", after: simclr)
  Classifier(encoder, classes: 26, named: "SimCLR + MICLe", after: micle)
}

// The line is as the README has it.
// swift-format-ignore
private func opened(_ encoder: ResNet) -> Stage {
  Stage("simclr", on: .unlabelled) {
    Views(2) { RandomResizedCrop(area: 0.08...1); RandomFlip(); ColorJitter(strength: 1); GaussianBlur() }
    encoder
    ProjectionHead(hidden: [512], output: 128)
    NTXent(temperature: 0.1)
    Optimize(LARS(learningRate: 0.3), schedule: .cosine(warmup: 0.1), batch: 64, epochs: 40)
  }
}

private let fineTuned = Pipeline("fine-tuned") {
  let encoder = ResNet(.resNet50).pretrained("imagenet.safetensors", normalization: .imagenet)
  let micle = MICLe(encoder, on: .patients, epochs: 20)
  for repetition in 0..<5 {
    Classifier(
      encoder, classes: 26, on: .labelled(.train, share: 0.1), named: "whole network", after: micle,
      sampling: .balanced, optimizer: SGD(learningRate: 0.01), search: .paper,
      stopping: EarlyStopping(patience: 5), repetition: repetition)
    Classifier(encoder.frozen(), classes: 26, named: "head", after: micle, repetition: repetition)
    Classifier(
      encoder.frozen("conv1", "bn1", "layer1").trained(at: 0.1), classes: 26, named: "slow encoder",
      after: micle, repetition: repetition)
  }
}

private func read() throws -> Dataset {
  let reading = try Dataset.reading(URL(filePath: "manifest.csv"))
  let photographs = try reading.dataset
    .split(seed: 0, validation: 0.2, test: 0.2)
    .cached(in: URL(filePath: "runs/cache"), shorterSide: 128)
  return photographs
}

/// Compiled and not called: it would train for days.
private func trained(on dataset: Dataset, and photographs: Dataset) throws {
  try skin.run(on: dataset, output: "runs/skin")
  try skin.run(on: photographs, output: "runs/skin", size: 64)
}

/// What the README shows is the code above, and it does what the README says.
struct ReadmeTests {
  @Test func everyBlockOfItsSwiftStandsHereOrInAnExample() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let sources = [
      "Tests/RecipesTests/ReadmeTests.swift",
      "Examples/OutsideOperation/Sources/OutsideOperation/Softplus.swift",
    ]
    let known = try sources.map { path in
      parts(of: try String(contentsOf: root.appending(path: path), encoding: .utf8)).flatMap(\.self)
    }
    let blocks = readme.components(separatedBy: "\n```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
    #expect(blocks.count == 9)
    for block in blocks {
      #expect(known.contains { holds($0, parts(of: block)) }, "\(block)")
    }
  }

  /// The declarations and statements of a text, each as its lines without indentation, documentation and what
  /// makes it a file's own.
  private func parts(of text: String) -> [[String]] {
    var parts: [[String]] = []
    for line in text.split(separator: "\n") {
      let plain = line.trimmingCharacters(in: .whitespaces).replacing("private ", with: "")
      if plain.isEmpty || plain.hasPrefix("//") { continue }
      let goesOn = line.hasPrefix(" ") || line.hasPrefix("}") || line.hasPrefix(")")
      if goesOn, !parts.isEmpty { parts[parts.count - 1].append(plain) } else { parts.append([plain]) }
    }
    return parts
  }

  /// Whether the parts stand among the lines in their order, each without anything in between.
  private func holds(_ lines: [String], _ parts: [[String]]) -> Bool {
    var rest = lines[...]
    for part in parts {
      guard let start = rest.indices.first(where: { rest[$0...].starts(with: part) }) else { return false }
      rest = rest[(start + part.count)...]
    }
    return true
  }

  @Test func blocksAreComparedInOrder() {
    let lines = ["import A", "let a = B {", "c", "d", "}", "a.run()"]
    let block = "import A\n\nlet a = B {\n  c\n  d\n}\na.run()"
    #expect(parts(of: block) == [["import A"], ["let a = B {", "c", "d", "}"], ["a.run()"]])
    #expect(holds(lines, parts(of: block)))
    #expect(!holds(lines, parts(of: "let a = B {\n  d\n  c\n}")))
    #expect(!holds(lines, parts(of: "let a = B {\n  c\n}")))
    #expect(!holds(lines, parts(of: "a.run()\nimport A")))
  }

  @Test func namesTheFormatsOfPictures() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let formats = Image.formats.dropLast().joined(separator: ", ") + " or " + (Image.formats.last ?? "")
    #expect(readme.contains("Photographs are \(formats) files"))
  }

  @Test func aManifestThatIsNotThereIsAnErrorInWords() throws {
    let error = #expect(throws: FileError.self) { _ = try read() }
    #expect(error?.description.contains("manifest.csv could not be read") == true)
  }

  @Test func gradient() throws {
    try gradientCheck(OneWay(), on: .random(8, 16)).verify()
  }

  @Test func aGradientIsClipped() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [3])
    let tape = Tape(graph)
    let gradient = tape.gradients(of: clippingItsGradient(x), upstream: x, for: [x])[0]
    #expect(
      Interpreter<Double>(try graph.build(), inputs: ["x": .real([-3, 0.5, 2], [3])])[gradient] == [
        -1, 0.5, 1,
      ])
  }

  @Test func aLossOfOnesOwnTrains() throws {
    let model = Sequential {
      Conv2D(8, kernel: 3, stride: 2)
      BatchNorm()
      ReLU()
      GlobalAveragePool()
      Linear(16)
    }
    let step = try TrainingStep(
      model, image: [8, 8, 3], pairs: Pairs(8), loss: OneWay(), optimizer: SGD(learningRate: 0.1))
    let program = try Program(step.graph, outputs: [step.loss])
    for variable in program.variables {
      program.setVariable(variable.path, to: try variable.initialValues(seed: 1, as: Float.self))
    }
    var generator = CounterGenerator(seed: 2)
    program.setInput("images", to: (0..<16 * 8 * 8 * 3).map { _ in Float(generator.uniform()) })
    program.setInput("learningRate", to: [Float(0.1)])
    let losses = (0..<60).map { _ -> Float in
      program.run()
      return program.value(of: step.loss)[0]
    }
    #expect(losses[59] < losses[0] / 2, "\(losses[0]) to \(losses[59])")
  }

  @Test func theLayersAndPipelinesAreSound() throws {
    let graph = GraphBuilder()
    let images = graph.input("images", [2, 8, 8, 3])
    let y = LayerSequence([BasicBlock(channels: 4, stride: 2), LayerScale()])(images)
    try graph.verify()
    #expect(y.shape == [2, 4, 4, 4])
    try skin.validate()
    #expect(skin.stages.map(\.name) == ["no pretraining", "simclr", "SimCLR", "micle", "SimCLR + MICLe"])
    try fineTuned.validate()
    #expect(fineTuned.stages.count == 16)
    try Pipeline("opened") { opened(ResNet(.tiny)) }.validate()
  }
}
