import Recipes
import Testing

private let encoder = ResNet(.custom(blocks: [1], bottleneck: false, channels: 4), stem: .small)
private let views = Views(2) { RandomFlip(horizontal: 0.5) }
private let head = ProjectionHead(hidden: [8], output: 4)

private func simclr(_ name: String = "simclr", temperature: Double = 0.1) -> SimCLR {
  SimCLR(
    encoder, named: name, views: views, head: head, loss: NTXent(temperature: .constant(temperature)),
    optimizer: SGD(learningRate: 0.1), batch: 4, epochs: 2)
}

struct PipelineTests {
  @Test func ancestorsAreFoundAndSharedOnesRunOnce() {
    let pipeline = Pipeline("skin") {
      let first = simclr()
      let second = MICLe(encoder, after: first, epochs: 1)
      Classifier(encoder, classes: 3, named: "none")
      Classifier(encoder, classes: 3, named: "both", after: second)
      Classifier(encoder, classes: 3, named: "SimCLR", after: first)
    }
    #expect(pipeline.stages.map(\.name) == ["none", "simclr", "micle", "both", "SimCLR"])
    #expect(pipeline.stages.map { pipeline.predecessor(of: $0) } == [nil, nil, 1, 2, 1])
  }

  @Test func stagesWrittenAlikeAreOne() throws {
    let pipeline = Pipeline("skin") {
      simclr()
      simclr()
    }
    try pipeline.validate()
    #expect(pipeline.stages.count == 1)
  }

  /// Stages are the same if they are equal, whatever their settings read like: a function has no text of its
  /// own.
  @Test func stagesThatReadAlikeMayDiffer() throws {
    func stage(_ scale: Double) -> SimCLR {
      SimCLR(encoder, views: views, head: Scaling(scale), batch: 4, epochs: 2)
    }
    #expect(
      LayerComponent(Scaling(1)).summary == LayerComponent(Scaling(2)).summary
        && LayerComponent(Scaling(1)) != LayerComponent(Scaling(2)))
    #expect(
      Pipeline("skin") {
        stage(1)
        stage(1)
      }.stages.count == 1)
    let one = stage(1)
    try Pipeline("skin") {
      one
      MICLe(encoder, after: one, epochs: 1)
    }.validate()
    let two = Pipeline("skin") {
      stage(1)
      stage(2)
    }
    #expect(two.stages.count == 2)
    #expect(
      throws: PipelineErrors(problems: [
        "Two different stages are named \"simclr\"; give each a name, or a repetition, of its own."
      ])
    ) { try two.validate() }
  }

  /// Only where a layer was written is no part of it.
  @Test func aNumberCalledLineCounts() throws {
    func pipeline(_ lines: [Int]) -> Pipeline {
      Pipeline("skin") {
        for line in lines { SimCLR(encoder, views: views, head: Ruled(line: line), batch: 4, epochs: 2) }
      }
    }
    #expect(pipeline([3, 3]).stages.count == 1)
    #expect(throws: PipelineErrors.self) { try pipeline([3, 4]).validate() }
    let moved = Pipeline("skin") {
      SimCLR(Linear(4), views: views, head: head, batch: 4, epochs: 2)
      SimCLR(Linear(4), views: views, head: head, batch: 4, epochs: 2)
    }
    #expect(moved.stages.count == 1)
  }

  @Test func allMistakesAreTold() throws {
    let pipeline = Pipeline("skin") {
      simclr()
      simclr(temperature: 0.2)
      Stage("nothing", on: .unlabelled) {}
    }
    let errors = try #require(throws: PipelineErrors.self) { try pipeline.validate() }
    #expect(
      errors.description == """
        Two different stages are named "simclr"; give each a name, or a repetition, of its own.
        The stage "nothing" is empty; say what it trains, by which loss and optimizer.
        """)
  }

  @Test func anEmptyPipelineIsAMistake() throws {
    let errors = try #require(throws: PipelineErrors.self) { try Pipeline("skin") {}.validate() }
    #expect(errors.description == "The pipeline skin has no stages; write at least one in its body.")
  }

  @Test func bodiesHaveConditionsAndLoops() {
    let pipeline = Pipeline("temperatures") {
      for temperature in [0.1, 0.2, 0.5] { simclr("simclr at \(temperature)", temperature: temperature) }
      if encoder.features > 100 { simclr("large") } else { simclr("small") }
    }
    #expect(
      pipeline.stages.map(\.name) == ["simclr at 0.1", "simclr at 0.2", "simclr at 0.5", "small"])
  }

  @Test func describesItself() {
    let pipeline = Pipeline("skin") {
      let first = simclr()
      Classifier(encoder, classes: 3, named: "none", views: Views(1) { RandomFlip() }, epochs: 5)
      MICLe(
        encoder, after: first, views: views, head: head, loss: NTXent(temperature: 0.2),
        optimizer: SGD(learningRate: 0.1), batch: 4, epochs: 1)
    }
    let network =
      "ResNet(architecture: Architecture(blocks: [1], bottleneck: false, channels: 4, innerWidth: 1), "
      + "stem: small, width: 1, zeroInitLastScale: true, isCheckpointed: false)"
    func sgd(_ rate: Double, decay: Double = 0) -> String {
      "SGD(learningRate: \(rate), momentum: 0.9, nesterov: false, weightDecay: \(decay), "
        + "decaying: [Graph.Variable.Role.weight])"
    }
    #expect(
      pipeline.describe() == """
        skin
        ├─ none  (labelled(train))
        │       Views(1) { RandomFlip(horizontal: 0.5, vertical: 0.0); }
        │       \(network)
        │       ClassificationHead(classes: 3)
        │       CrossEntropy(smoothing: 0.1)
        │       Optimize(\(sgd(0.02, decay: 0.0001)), \
        schedule: cosine(warmup: 0.1), scaling: none, batch: 32, epochs: 5)
        │       Evaluate(on: test, averagingFlips: false)
        └─ simclr  (unlabelled)
           │    Views(2) { RandomFlip(horizontal: 0.5, vertical: 0.0); }
           │    \(network)
           │    ProjectionHead(hidden: [8], output: 4, normalizesOutput: true)
           │    NTXent(temperature: 0.1)
           │    Optimize(\(sgd(0.1)), schedule: cosine(warmup: 0.1), scaling: linear, batch: 4, epochs: 2)
           └─ micle  (patients)
                   Views(2) { RandomFlip(horizontal: 0.5, vertical: 0.0); }
                   \(network)
                   ProjectionHead(hidden: [8], output: 4, normalizesOutput: true)
                   NTXent(temperature: 0.2)
                   Optimize(\(sgd(0.1)), schedule: cosine(warmup: 0.1), scaling: linear, batch: 4, epochs: 1)
        """)
  }

  @Test func drawsItself() {
    let pipeline = Pipeline("skin") { MICLe(encoder, after: simclr(), epochs: 1) }
    let tooltip = /, tooltip="((?:[^"\\]|\\.)*)"/
    #expect(
      pipeline.dot.replacing(tooltip, with: "") == """
        digraph "skin" {
          rankdir=LR; node [shape=box, fontname=Helvetica];
          d0 [label="patients", shape=cylinder];
          d1 [label="unlabelled", shape=cylinder];
          s0 [label="simclr"];
          d1 -> s0;
          s1 [label="micle"];
          d0 -> s1;
          s0 -> s1 [label=weights];
        }
        """)
    let settings = pipeline.dot.matches(of: tooltip).map(\.1)
    #expect(settings.count == 2 && settings[0].contains("epochs: 2") && settings[1].contains("epochs: 1"))
  }
}

/// A layer that holds a function, and says itself what makes two of it equal.
private struct Scaling: Layer, CustomReflectable {
  let scale: Double
  let scaled: @Sendable (Tensor) -> Tensor

  init(_ scale: Double) {
    self.scale = scale
    scaled = { $0 * scale }
  }

  var customMirror: Mirror { Mirror(self, children: ["scaled": scaled], displayStyle: .struct) }

  func apply(to x: Tensor) -> Tensor { scaled(x) }

  static func == (a: Scaling, b: Scaling) -> Bool { a.scale == b.scale }

  func hash(into hasher: inout Hasher) { hasher.combine(scale) }
}

private struct Ruled: Layer {
  let line: Int

  func apply(to x: Tensor) -> Tensor { x }
}
