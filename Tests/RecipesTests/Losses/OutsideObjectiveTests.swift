import Recipes
import Testing

/// Focal loss (Lin et al. 2017) as a user writes it, with nothing but what the package shows to everyone.
private struct Focal: TrainingObjective {
  var gamma = 2.0

  var problems: [SettingProblem] { Check.number("gamma", gamma, atLeast: 0) }
  var needs: ObjectiveNeeds { ObjectiveNeeds(labels: true) }
  var predicts: ObjectivePrediction { .classes }

  func loss(of batch: TrainingBatch) -> Tensor {
    let own = oneHot(batch.labels, classes: batch.output.shape.channels)
    let logOfP = (own * logSoftmax(batch.output)).sum(axes: [1])
    return -(exp(gamma * log(1 - exp(logOfP) + 1e-9)) * logOfP).mean()
  }
}

/// Focal loss whose gamma is trained, and which remembers how large it was.
private struct Adaptive: TrainingObjective {
  var needs: ObjectiveNeeds { ObjectiveNeeds(labels: true) }
  var predicts: ObjectivePrediction { .classes }

  func loss(of batch: TrainingBatch) -> Tensor {
    let graph = batch.graph
    let own = oneHot(batch.labels, classes: batch.output.shape.channels)
    let logOfP = (own * logSoftmax(batch.output)).sum(axes: [1])
    let scale = graph.variable("scale", [], role: .weight, initializer: .constant(0.5))
    let usual = graph.variable("usual", [], role: .memory, initializer: .ones)
    let loss = -(exp(scale * log(1 - exp(logOfP) + 1e-9)) * logOfP).mean() + scale * scale
    graph.update(usual, to: usual * 0.9 + stopGradient(loss) * 0.1)
    return loss / usual
  }
}

/// All views of a photograph come to their mean and leave the means of the others: any number of views.
private struct Swarm: TrainingObjective {
  var needs: ObjectiveNeeds { ObjectiveNeeds(views: .atLeast(2)) }

  func loss(of batch: TrainingBatch) -> Tensor {
    let rows = batch.output.l2Normalized()
    let views = (0..<batch.form.views).map { batch.view($0, of: rows) }
    let mean = (views.dropFirst().reduce(views[0], +) / Double(views.count)).l2Normalized()
    let similarity = matmul(mean, mean, transposeB: true) / 0.2
    let apart = similarity.leavingOut(batch.graph.identity(batch.form.samples)).logSumExp(axes: [1]).mean()
    let together = views.map { ($0 * mean).sum(axes: [1]).mean() }
    return apart - together.dropFirst().reduce(together[0], +) / (0.2 * Double(views.count))
  }
}

/// A regression of counts (Poisson), of which only numbers from 0 on make sense.
private struct Counts: TrainingObjective {
  let columns: [String]

  var needs: ObjectiveNeeds { ObjectiveNeeds(values: columns, valuesOnly: true) }
  var predicts: ObjectivePrediction { .values }

  func requirement(for value: Double, in column: String) -> String? { value < 0 ? "a number from 0 on" : nil }

  func loss(of batch: TrainingBatch) -> Tensor {
    let rates = batch.output(for: columns)
    return batch.knownMean(of: exp(rates) - batch.values(of: columns) * rates, columns)
  }
}

@Suite struct OutsideObjectiveTests {
  private func run(_ stage: Stage, in folder: ScratchFolder? = nil) throws -> Report {
    let folder = try folder ?? ScratchFolder()
    return try Pipeline("outside") { stage }.run(
      on: SmallClinic.dataset(), output: folder.url, workers: Workers(count: 1), reporting: { _ in })
  }

  private func classifier(_ objective: any TrainingObjective, chunk: Int? = nil) -> Stage {
    Stage("own", on: .labelled(.train)) {
      Views(1) { RandomFlip() }
      SmallClinic.encoder
      ClassificationHead(classes: 3)
      objective
      Optimize(SGD(learningRate: 0.05), batch: 8, chunk: chunk, epochs: 6)
      Recipes.Evaluate(on: .test)
    }
  }

  @Test func focalLossOfOnesOwnPassesTheGradientCheck() throws {
    try gradientCheck(Focal(), on: .random(8, 5)).verify()
    let report = try gradientCheck(classifier(Focal()), image: [8, 8, 3])
    #expect(report.passes, "\(report)")
  }

  /// It agrees with the package's own.
  @Test func focalLossOfOnesOwnIsTheSame() throws {
    let form = BatchForm(samples: 4, views: 1, labels: .all)
    let (output, labels) = (numbers(12), [2, 0, 0, 1] as [Int32])
    let (own, known) = (
      try value(of: Focal(), output, form, labels: labels),
      try value(of: FocalLoss(), output, form, labels: labels)
    )
    #expect(abs(own - known) < 1e-8)
  }

  @Test func itTrainsAClassifierThatIsScored() throws {
    let report = try run(classifier(Focal()))
    let losses = report.stages[0].history.losses
    #expect(losses.count == 6 && losses[5] < losses[0], "\(losses)")
    #expect(report.results?.branches.map(\.name) == ["own"])
    #expect(report.stages[0].weights.lastPathComponent == "own.classifier.safetensors")
    #expect(report.stages[0].history.spreads.isEmpty)
  }

  @Test func aLossWithVariablesAndStateTrainsWholeAndInChunks() throws {
    for chunk in [nil, 4] {
      let folder = try ScratchFolder()
      let report = try run(classifier(Adaptive(), chunk: chunk), in: folder)
      let losses = report.stages[0].history.losses
      #expect(losses.allSatisfy(\.isFinite) && Set(losses).count == 6)
      let file = try SafeTensors.read(report.stages[0].weights)
      #expect(try #require(file["loss.scale"]).floats != [0.5])
    }
  }

  @Test(arguments: [nil, 4]) func anyNumberOfViewsIsTrained(chunk: Int?) throws {
    let stage = Stage("swarm", on: .unlabelled) {
      Views(2) {
        RandomResizedCrop(area: 0.6...1); RandomFlip()
      }
      Views(3, size: 8) { RandomResizedCrop(area: 0.3...0.6) }
      SmallClinic.encoder
      ProjectionHead(hidden: [8], output: 8)
      Swarm()
      Optimize(SGD(learningRate: 0.05), batch: 8, chunk: chunk, epochs: 6)
    }
    try gradientCheck(stage, image: [8, 8, 3]).verify()
    let losses = try run(stage).stages[0].history.losses
    #expect(losses.count == 6 && losses[5] < losses[0], "\(losses)")
  }

  @Test func columnsOfTheManifestAreRead() throws {
    try gradientCheck(Counts(columns: ["a", "b"]), on: .random(8, 2)).verify()
    func stage(_ column: String) -> Stage {
      Stage("counts", on: .unlabelled) {
        Views(1) { RandomFlip() }
        SmallClinic.encoder
        Linear(1)
        Counts(columns: [column])
        Optimize(SGD(learningRate: 0.02), batch: 8, epochs: 6)
      }
    }
    let losses = try run(stage("period")).stages[0].history.losses
    #expect(losses.count == 6 && losses[5] < losses[0], "\(losses)")
    let photographs = ["2", "-2"].map {
      Photograph(
        id: $0, patient: $0, attributes: ["n": $0], image: Image(width: 16, height: 16, filledWith: 0.5))
    }
    let error = try #require(throws: PipelineErrors.self) {
      try Pipeline("p") { stage("n") }.memory(
        on: Dataset(photographs, classes: [], source: "test"), size: 16, workers: Workers(count: 1))
    }
    #expect(
      error.problems == [
        "Photograph -2 has \"-2\" in the column \"n\", which must be a number from 0 on; correct the column, or train by "
          + "another. (the stage \"counts\")",
        "A batch of 8 needs as many photographs of training patients, but there are 2; use a batch of at most 2. (the "
          + "stage \"counts\")",
      ])
  }

  /// What is read and not asked for would be whatever a stage happens to have.
  @Test func whatIsNotAskedForIsRefused() throws {
    struct Quiet: TrainingObjective {
      func loss(of batch: TrainingBatch) -> Tensor {
        crossEntropy(batch.output, labels: batch.labels) + batch.features.mean()
      }
    }
    let errors = try #require(throws: GraphErrors.self) { try gradientCheck(Quiet(), on: .random(4, 3)) }
    #expect(
      errors.diagnostics.map(\.error) == [
        "The objective reads labels, but does not say that it needs them.",
        "The objective reads features, but does not say that it needs them.",
      ])
  }
}
