import Recipes
import Testing

/// What a user wrote that does not work is told in words that name it, in every build, and kills nothing.
struct WrongSettingsTests {
  @Test func thereAreManyOfThem() { #expect(WrongSettings.all.count > 300) }

  @Test(arguments: WrongSettings.all)
  func aValueSaysWhatDoesNotWork(wrong: WrongSetting) throws {
    let errors = wrong.value.settingErrors()
    #expect(errors.map(\.problem.setting) == [wrong.setting])
    let sentence = try #require(errors.first?.description)
    #expect(sentence.contains("(\(wrong.setting): "), "\(sentence)")
    #expect(sentence.contains(": \(wrong.setting) must be "), "\(sentence)")
    #expect(sentence.hasSuffix("."), "\(sentence)")
  }

  @Test(arguments: WrongSettings.all)
  func aPipelineSaysWhere(wrong: WrongSetting) throws {
    let (pipeline, line) = pipeline(with: wrong.value)
    for attempt in [
      { try pipeline.validate() }, { _ = try pipeline.memory(on: SmallClinic.dataset(), size: 16) },
    ] {
      let errors = try #require(throws: PipelineErrors.self) { try attempt() }
      let sentences = errors.problems.filter { $0.contains(": \(wrong.setting) must be ") }
      #expect(sentences.count == 1, "\(errors)")
      let sentence = try #require(sentences.first)
      if wrong.value is any Layer {
        #expect(sentence.hasPrefix("The stage \"wrong\" (RecipesTests/WrongSettings"), "\(sentence)")
      } else {
        // A layer within the value knows its own place.
        let places = ["WrongSettingsTests.swift:\(line)", "WrongSettings.swift:\(wrong.line)"]
        let starts = places.map { "The stage \"wrong\" (RecipesTests/\($0)): " }
        #expect(starts.contains { sentence.hasPrefix($0) }, "\(sentence)")
      }
    }
  }

  @Test(arguments: WrongSettings.layers)
  func aGraphSaysItOfItsLayers(wrong: WrongSetting) throws {
    let layer = try #require(wrong.value as? any Layer)
    let graph = GraphBuilder()
    _ = LayerSequence([layer, Flatten(), Linear(3)]).atRoot(graph.input("images", [2, 8, 8, 3]))
    let errors = try #require(throws: GraphErrors.self) { try graph.validate() }
    #expect(errors.diagnostics.contains { $0.error.hasSuffix(" cannot work with its \(wrong.setting).") })
  }

  @Test(arguments: WrongSettings.losses)
  func theCheckOfALossSaysIt(wrong: WrongSetting) throws {
    let loss = try #require(wrong.value as? any TrainingObjective)
    let errors = try #require(throws: GraphErrors.self) {
      _ = try gradientCheck(loss, on: .random(8, 16))
    }
    #expect(errors.description.contains(" cannot work with its \(wrong.setting)."))
  }

  @Test func allOfAPipelineAreToldAtOnce() throws {
    let encoder = Conv2D(0, kernel: -1); let encoderLine = #line
    let line = #line + 2
    let pipeline = Pipeline("wrong") {
      let first = SimCLR(encoder, optimizer: SGD(learningRate: -1, momentum: 2), batch: 0, epochs: 0)
      Classifier(GlobalAveragePool(), classes: 0, named: "second", after: first, smoothing: 2, batch: 4)
      Stage("third", on: .unlabelled, repetition: -1) { Views(2) { RandomFlip(vertical: 7) } }
      Stage("fourth", on: .labelled(.train)) {
        Views(1) { CenterCrop() }
        GlobalAveragePool()
        Linear(7)
        CrossEntropy()
        Optimize(SGD(learningRate: 0.1), batch: 4, epochs: 1)
      }
    }
    let errors = try #require(throws: PipelineErrors.self) {
      _ = try pipeline.memory(on: SmallClinic.dataset(), size: 16)
    }
    let file = "RecipesTests/WrongSettingsTests.swift"
    let count = "a whole number from 1 to 1048576"
    #expect(
      errors.problems.map { $0.replacing("\(file):", with: "") } == [
        "The stage \"simclr\" (\(encoderLine)): Conv2D(channels: 0): channels must be \(count).",
        "The stage \"simclr\" (\(encoderLine)): Conv2D(kernel: -1): kernel must be \(count).",
        "The stage \"simclr\" (\(line)): Optimize(batch: 0): batch must be \(count).",
        "The stage \"simclr\" (\(line)): Optimize(epochs: 0): epochs must be \(count).",
        "The stage \"simclr\" (\(line)): SGD(learningRate: -1.0): learningRate must be a finite number of at least 0.",
        "The stage \"simclr\" (\(line)): SGD(momentum: 2.0): momentum must be a finite number of at least 0 and below 1.",
        "The stage \"second\" (\(line + 1)): ClassificationHead(classes: 0): classes must be \(count).",
        "The stage \"second\" (\(line + 1)): CrossEntropy(smoothing: 2.0): smoothing must be a finite number of at "
          + "least 0 and below 1.",
        "The stage \"third #0\" (\(line + 2)): Stage(repetition: -1): repetition must be a whole number from 0 to "
          + "1048576.",
        "The stage \"third #0\" (\(line + 2)): RandomFlip(vertical: 7.0): vertical must be a finite number of at least 0 "
          + "and at most 1.",
        "The stage \"third #0\" has no Optimize; add one, such as Optimize(LARS(learningRate: 0.3), "
          + "batch: 64, epochs: 40).",
        "The stage \"third #0\" has no loss; add one, such as NTXent(temperature: 0.1).",
        "The stage \"third #0\" needs an encoder and a head, the last of its layers, but has 0.",
        "The stage \"fourth\" tells 7 classes apart, but the dataset names 3; give the classifier as many as the "
          + "dataset has.",
      ])
  }

  @Test func aRecipesLinesAreWhereItWasCalled() throws {
    let recipe = BYOL(Linear(3), optimizer: AdamW(learningRate: .nan), epochs: 1); let line = #line
    let errors = try #require(throws: PipelineErrors.self) { try Pipeline("byol") { recipe }.validate() }
    #expect(errors.problems.count == 1)
    #expect(
      errors.description.contains("(RecipesTests/WrongSettingsTests.swift:\(line)): AdamW(learningRate: nan)")
    )
  }

  @Test(arguments: [0, -1, 5000, .max])
  func theSizeOfARunIsChecked(size: Int) throws {
    let errors = try #require(throws: PipelineErrors.self) {
      _ = try SmallClinic.pipeline().memory(on: SmallClinic.dataset(), size: size)
    }
    #expect(errors.description == "run(size: \(size)): size must be a whole number from 1 to 4096.")
  }

  @Test func anIntervalIsChecked() throws {
    let errors = try #require(throws: PipelineErrors.self) {
      _ = try SmallClinic.pipeline().run(on: SmallClinic.dataset(), output: "/nowhere", checkingEvery: 0)
    }
    #expect(errors.description.hasPrefix("run(checkingEvery: 0): checkingEvery must be "))
  }

  @Test func whatWorksIsNotAProblem() throws {
    try SmallClinic.pipeline().validate()
    let edges: [any Checkable] = [
      SGD(learningRate: 0, momentum: 0), LARS(learningRate: 0.3, momentum: 0, weightDecay: 0),
      AdamW(learningRate: 1e-5, betas: (0, 0)), Schedule.constant, Schedule.cosine(warmup: 1),
      RandomResizedCrop(area: 1...1, aspect: 1...1), RandomFlip(horizontal: 1), CenterCrop(fraction: 1),
      TargetNetwork(momentum: 1), TargetNetwork(momentum: 0), WeightAverage(decay: 0), Dropout(0),
      DropPath(0),
      SGD(learningRate: 0.1).layerDecay(1).clipping(norm: 1e-3), CrossEntropy(smoothing: 0),
      Selection.labelled(.test), NTXent(temperature: .cosine(from: 0.05, to: 1)), Search.paper,
      ResNet(.wideResNet101, width: 4), Normalize(.imagenet), Conv2D(8, kernel: 1, padding: 0),
      BatchNorm(scale: .zeros, momentum: 1), Linear(3).frozen(), DCL(sigma: nil),
    ]
    for value in edges { #expect(value.settingErrors().isEmpty, "\(value)") }
  }

  /// A pipeline with the value in its place, and the line where it is.
  private func pipeline(with value: any Checkable) -> (Pipeline, line: Int) {
    let encoder = value as? any Layer ?? SmallClinic.encoder
    var line = 0
    func here(_ number: Int = #line) -> [any StageComponent] {
      line = number
      return []
    }
    let objective = value as? any TrainingObjective
    let isClassifier =
      objective?.predicts == .classes || value is Search || value is EarlyStopping || value is Selection
    guard isClassifier else {
      let stage = Stage("wrong", on: .unlabelled) {
        if let views = value as? Views {
          here(); views
        } else if let step = value as? any Augmentation {
          here(); Views(2) { step }
        } else {
          Views(2) { RandomFlip() }
        }
        encoder
        ProjectionHead(hidden: [8], output: 8)
        if let part = value as? PredictionHead { here(); part }
        if let part = value as? TargetNetwork { here(); part }
        if let part = value as? WeightAverage { here(); part }
        if let objective { here(); objective } else { NTXent() }
        if let optimize = value as? Optimize {
          here(); optimize
        } else if let rule = value as? any Optimizer {
          here(); Optimize(rule, batch: 4, epochs: 1)
        } else {
          Optimize(SGD(learningRate: 0.1), batch: 4, epochs: 1)
        }
      }
      return (Pipeline("wrong") { stage }, line)
    }
    let selection = value as? Selection ?? .labelled(.train)
    let stage = Stage("wrong", on: selection) {
      Views(1) { CenterCrop() }
      encoder
      ClassificationHead(classes: 3)
      if let objective { here(); objective } else { CrossEntropy() }
      Optimize(SGD(learningRate: 0.1), batch: 4, epochs: 1)
      if let search = value as? Search { here(); search }
      if let stopping = value as? EarlyStopping { here(); stopping }
    }
    if value is Selection { line = stage.location?.line ?? 0 }
    return (Pipeline("wrong") { stage }, line)
  }
}
