import Testing

@testable import Recipes

/// The column values of a stage, and the errors for columns that cannot be learned from.
struct ColumnValuesTests {
  /// Photographs of patients of their own, the last one of the test split.
  private func dataset(_ attributes: [[String: String]], test: [String: String] = [:]) throws -> Dataset {
    func photograph(_ id: String, _ attributes: [String: String]) -> Photograph {
      Photograph(
        id: id, patient: id, attributes: attributes, image: Image(width: 16, height: 16, filledWith: 0.5))
    }
    return try Dataset(
      train: attributes.enumerated().map { photograph("p\($0)", $1) }, test: [photograph("t", test)],
      classes: [], source: "test")
  }

  private func stage(
    _ objective: some TrainingObjective, head: Int = 1, on selection: Selection = .unlabelled, batch: Int = 2
  ) -> Stage {
    Stage("signs", on: selection) {
      Views(1) { RandomFlip() }
      SmallClinic.encoder
      Linear(head)
      objective
      Optimize(SGD(learningRate: 0.05), batch: batch, epochs: 1)
    }
  }

  private func values(_ objective: some TrainingObjective, _ dataset: Dataset) throws -> ColumnValues {
    try #require(ColumnValues(of: StageConfiguration(of: stage(objective)), in: dataset))
  }

  private func problems(_ stage: Stage, _ dataset: Dataset) -> [String] {
    do {
      _ = try Pipeline("p") { stage }.memory(on: dataset, size: 16, workers: Workers(count: 1))
      return []
    } catch { return (error as? PipelineErrors)?.problems ?? ["\(error)"] }
  }

  @Test func readsNumbersAndWhatIsMeantByNone() throws {
    let texts = ["4.5", "-1", "1e3", "TRUE", "no", "", "NaN", "unknown", "n/a", "?"]
    let numbers: [Float?] = [4.5, -1, 1000, 1, 0, nil, nil, nil, nil, nil]
    let values = try values(MeanSquaredError(columns: ["AGE"]), dataset(texts.map { ["Age": $0] }))
    #expect(values.problems.isEmpty && values.known == [0, 1, 2, 3, 4])
    let rows = values.rows(of: Array(texts.indices)) { _ in true }
    #expect(rows.values == numbers.map { $0 ?? 0 })
    #expect(rows.isKnown == numbers.map { $0 == nil ? 0 : 1 })
    #expect(values.notes == ["AGE is known of 5 of 10 photographs to train on (-1.0 to 1000.0)"])
  }

  /// Rows follow the photographs of a batch, and one that cannot be read has no numbers.
  @Test func rowsAreThoseOfTheirPhotographs() throws {
    let dataset = try dataset([["a": "1", "b": "2"], ["b": "3"], [:]])
    let values = try values(MeanSquaredError(columns: ["b", "a"]), dataset)
    #expect(values.known == [0, 1])
    let rows = values.rows(of: [1, 0, 2, 1]) { $0 != 0 }
    #expect(rows.values == [3, 0, 0, 0, 0, 0, 3, 0])
    #expect(rows.isKnown == [1, 0, 0, 0, 0, 0, 1, 0])
  }

  @Test func aColumnThatIsNotThereIsNamedWithTheNearest() throws {
    let dataset = try dataset([["Ulcers": "1", "age": "3"], ["Ulcers": "0"]])
    #expect(
      problems(stage(SigmoidCrossEntropy(columns: ["ulcer"])), dataset) == [
        "No photograph has anything in a column \"ulcer\", but there are \"Ulcers\", \"age\"; if \"Ulcers\" is meant, name "
          + "that. (the stage \"signs\")"
      ])
    #expect(
      problems(stage(SigmoidCrossEntropy(columns: ["ulcer"])), try self.dataset([[:], [:]])) == [
        "No photograph has a column \"ulcer\", or any other, to learn from; write it into the manifest, or say "
          + "`attributes:` where photographs are made. (the stage \"signs\")"
      ])
    // Of two that differ in capitals one has to be named as it is.
    let doubled = try self.dataset([["A": "1", "a": "0"], ["A": "1"]])
    #expect(try values(SigmoidCrossEntropy(columns: ["A"]), doubled).known == [0, 1])
  }

  @Test func whatIsNoNumberIsNamed() throws {
    let dataset = try dataset(
      [["age": "4"], ["age": "3,5"], ["age": "old"], ["age": "inf"]], test: ["age": "ancient"])
    #expect(
      problems(stage(MeanSquaredError(columns: ["age"])), dataset) == [
        "Photograph p1 has \"3,5\" in the column \"age\", which must be a number, with a point for its decimals, or "
          + "nothing where nobody knows, as 2 others have something like it; correct the column, or train by another. "
          + "(the stage \"signs\")"
      ])
  }

  @Test func signsAreZeroOrOne() throws {
    let dataset = try dataset([["u": "1", "s": "0"], ["u": "2", "s": "-1"], ["s": "1.0"]])
    let joint = JointObjective(
      SigmoidCrossEntropy(columns: ["u", "s"]).withHead { Linear(2) }, MeanSquaredError(columns: ["s"]))
    let told = [
      "Photograph p1 has \"2\" in the column \"u\", which must be 0 or 1, or nothing where nobody knows; correct the "
        + "column, or train by another. (the stage \"signs\")",
      "Photograph p1 has \"-1\" in the column \"s\", which must be 0 or 1, or nothing where nobody knows; correct the "
        + "column, or train by another. (the stage \"signs\")",
    ]
    #expect(problems(stage(SigmoidCrossEntropy(columns: ["u", "s"]), head: 2), dataset) == told)
    #expect(problems(stage(joint), dataset) == told)
    #expect(problems(stage(MeanSquaredError(columns: ["u"])), dataset) == [])
  }

  @Test func aDatasetWithoutNumbersIsRefused() throws {
    let dataset = try dataset([["u": "NaN"], ["u": "unknown"]], test: ["u": "1"])
    #expect(
      problems(stage(SigmoidCrossEntropy(columns: ["u"])), dataset) == [
        "No photograph in unlabelled has a number in \"u\" to learn from; write some into the manifest, or train by other "
          + "columns. (the stage \"signs\")"
      ])
  }

  @Test func aHeadOfOtherOutputsIsRefused() throws {
    let found = problems(
      stage(SigmoidCrossEntropy(columns: ["u"]), head: 3), try dataset([["u": "1"], ["u": "0"]]))
    #expect(found.count == 1)
    #expect(
      found[0].contains("loss: The head does not have an output for each column of \"u\"."), "\(found)")
    #expect(found[0].contains("expected: [2, 1]\n  found:    [2, 3]"), "\(found)")
  }

  /// Photographs without values are left out, unless another objective learns from them.
  @Test func photographsWithoutNumbersAreLeftOut() throws {
    let dataset = try dataset([["u": "1"], [:], ["u": "0"], ["other": "1"], ["u": "NaN"], ["u": "1"]])
    let signs = SigmoidCrossEntropy(columns: ["u"])
    func indices(_ stage: Stage) throws -> Set<Int> {
      let plan = try StagePlan(
        stage, on: dataset, fingerprint: "f", size: 16, seed: 1, after: nil, workers: Workers(count: 1))
      let batches = (0..<3).flatMap { plan.samples.batches(seed: 1, stage: 1, epoch: $0) }
      return Set(batches.flatMap(\.self).map(\.photograph))
    }
    #expect(try indices(stage(signs)) == [0, 2, 5])
    let bags = try PhotographBatches(.bags, of: dataset, batch: 3, knowing: values(signs, dataset))
    #expect(bags.batchesPerEpoch == 1)
    #expect(Set(bags.batches(seed: 1, stage: 1, epoch: 0)[0]) == [0, 2, 5])
    let joint = JointObjective(AlwaysOne(), signs)
    #expect(try indices(stage(joint, batch: 6)) == [0, 1, 2, 3, 4, 5])
    #expect(
      problems(stage(signs, batch: 4), dataset) == [
        "A batch of 4 needs as many photographs of training patients with a number in \"u\", but there are 3; use a batch "
          + "of at most 3. (the stage \"signs\")"
      ])
  }

  /// The dataset's fingerprint does not depend on attributes, and a stage only on those that it reads.
  @Test func aStageFollowsTheColumnsThatItReads() throws {
    func hashes(_ u: String, _ age: String, test: String = "1", weights: [Double] = []) throws -> [String] {
      let dataset = try self.dataset(
        [["u": u, "age": age], ["u": "0", "v": "1"], ["u": "0"]], test: ["u": test])
      let objectives: [any TrainingObjective] = [
        SigmoidCrossEntropy(columns: ["u"], positiveWeights: weights), AlwaysOne(),
      ]
      let plans = try objectives.map {
        try StagePlan(
          stage($0), on: dataset, fingerprint: dataset.fingerprint, size: 16, seed: 1, after: nil,
          workers: Workers(count: 1)
        ).hash
      }
      return [dataset.fingerprint] + plans
    }
    let first = try hashes("1", "30")
    #expect(try hashes("1", "31") == first)
    #expect(try hashes("1", "30", test: "0") == first)
    #expect(try hashes("1.0", "30") == first)
    for other in [try hashes("0", "30"), try hashes("", "30"), try hashes("1", "30", weights: [2])] {
      #expect(other[0] == first[0] && other[1] != first[1] && other[2] == first[2])
    }
    let two = try dataset([["u": "1", "v": "1"], ["u": "0", "v": "0"]])
    let (u, v) = (
      try values(SigmoidCrossEntropy(columns: ["u"]), two),
      try values(SigmoidCrossEntropy(columns: ["v"]), two)
    )
    #expect(u.hash != v.hash)
  }
}

/// An objective of no columns, with a gradient.
private struct AlwaysOne: TrainingObjective {
  func loss(of batch: TrainingBatch) -> Tensor { (batch.output * batch.output).mean() }
}
