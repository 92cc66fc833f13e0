import Ops

/// The validation of a pipeline's data, before any stage runs; each problem is reported once for all stages.
struct DataCheck {
  private let dataset: Dataset
  private let workers: Workers
  // Each problem with the titles of the affected stages, in the order found.
  private var found: [(problem: String, stages: [String])] = []
  private var readable: Set<Int> = []

  /// Creates a check without any results.
  init(_ dataset: Dataset, workers: Workers) {
    self.dataset = dataset
    self.workers = workers
  }

  /// A sentence for each problem, with the affected stages.
  var problems: [String] {
    found.map { problem, stages in
      let names = stages.map { "\"\($0)\"" }.listed(upTo: 4)
      return "\(problem) (\(stages.count == 1 ? "the stage" : "the stages") \(names))"
    }
  }

  /// Checks the data that a stage trains on and is scored on; returns whether there is no problem.
  ///
  /// It reads one photograph of each class, of each split that is scored, and of the unlabelled training
  /// data.
  mutating func passes(_ parts: StageConfiguration, of stage: Stage) -> Bool {
    let values = ColumnValues(of: parts, in: dataset)
    var problems = values?.problems.map { "\($0)".asSentence } ?? []
    let required = parts.objective.needs.valuesOnly && problems.isEmpty ? values : nil
    if parts.isClassifier {
      problems += trainingProblems(parts.selection)
      if let split = parts.evaluate?.split { problems += scoringProblems(split) }
      if parts.search != nil || parts.stopping != nil { problems += choosingProblems }
    } else {
      problems += pretrainingProblems(parts.selection, batch: parts.optimize.batch, knowing: required)
      if parts.objective.needs.labels, dataset.byClass(dataset.indices(of: parts.selection)).isEmpty {
        problems.append(
          "There are no labelled photographs in \(parts.selection.summary) for an objective that learns from labels "
            + "too: label some, or train by another objective.")
      }
    }
    for problem in problems { add(problem, stage.title) }
    return problems.isEmpty
  }

  private mutating func add(_ problem: String, _ stage: String) {
    if let known = found.firstIndex(where: { $0.problem == problem }) {
      found[known].stages.append(stage)
    } else {
      found.append((problem, [stage]))
    }
  }

  private mutating func pretrainingProblems(
    _ selection: Selection, batch: Int, knowing values: ColumnValues?
  ) -> [String] {
    do {
      if selection == .patients {
        _ = try PatientPairs(of: dataset, batch: batch)
      } else {
        _ = try PhotographBatches(selection, of: dataset, batch: batch, knowing: values)
      }
      guard let first = dataset.indices(of: selection).first, !readable.contains(first) else { return [] }
      _ = try dataset.imageOrSubstitute(at: first, for: selection)
      readable.insert(first)
      return []
    } catch {
      return ["\(error)".asSentence]
    }
  }

  private mutating func trainingProblems(_ selection: Selection) -> [String] {
    let classes = dataset.byClass(dataset.indices(of: selection))
    if classes.isEmpty {
      return [
        "There are no labelled photographs to train a classifier on in \(selection.summary): label some, or leave the "
          + "classifier out."
      ]
    }
    var problems: [String] = []
    if classes.count == 1, let only = classes.first {
      problems.append(
        "All labelled photographs to train a classifier on, \(only.count) in number, are of "
          + "\"\(name(of: only))\", so there is nothing to tell apart: label photographs of another class, or leave "
          + "the classifier out.")
    }
    do {
      problems += try unreadable(classes).map { place in
        "None of the \(classes[place].count) photographs of \"\(name(of: classes[place]))\" to train a classifier on "
          + "can be read: replace them, or leave the class out. The first: \(reason(classes[place]))"
      }
    } catch { problems.append("\(error)".asSentence) }
    return problems
  }

  private mutating func scoringProblems(_ split: Split) -> [String] {
    let indices = dataset.indices(of: .labelled(split))
    if indices.isEmpty {
      return [
        "The \(split) split has no labelled photographs to score a classifier on: put labelled patients into it, "
          + "have the patients divided anew, or score on another split."
      ]
    }
    return unreadableProblem(indices, "to score a classifier on in the \(split) split")
  }

  private var choosingProblems: [String] {
    mutating get {
      let indices = dataset.indices(of: .labelled(.validation))
      let classes = dataset.byClass(indices)
      if classes.isEmpty {
        return [
          "The validation split has no labelled photographs to choose settings by: put labelled patients into it, "
            + "have the patients divided anew, or choose the settings yourself."
        ]
      }
      if classes.count == 1, let only = classes.first {
        return [
          "All labelled photographs in the validation split, \(indices.count) in number, are of "
            + "\"\(name(of: only))\", so settings chosen by them would be those that recognize nothing else: put "
            + "patients of other classes into it, have the patients divided anew, or choose the settings yourself."
        ]
      }
      return unreadableProblem(indices, "in the validation split")
    }
  }

  private mutating func unreadableProblem(_ indices: [Int], _ place: String) -> [String] {
    do {
      if try unreadable([indices]).isEmpty { return [] }
      return [
        "None of the \(indices.count) labelled photographs \(place) can be read: replace them. "
          + "The first: \(reason(indices))"
      ]
    } catch { return ["\(error)".asSentence] }
  }

  /// Returns the indices of the groups without readable photographs. In each group photographs are tried
  /// until one can be read, in parallel over groups.
  private mutating func unreadable(_ groups: [[Int]]) throws -> [Int] {
    let (dataset, readable) = (dataset, readable)
    let first = try workers.map(groups.count) { place in
      if let known = groups[place].first(where: readable.contains) { return known as Int? }
      return try groups[place].first { try dataset.imageIfReadable(at: $0) != nil }
    }
    self.readable.formUnion(first.compactMap { $0 })
    return first.indices.filter { first[$0] == nil }
  }

  // Returns the common class of photographs.
  private func name(of photographs: [Int]) -> String {
    photographs.first.flatMap { dataset.photographs[$0].label }.map { dataset.classes[$0] } ?? ""
  }

  private func reason(_ indices: [Int]) -> String {
    (indices.first.flatMap { dataset.damaged[$0] }.map { "\($0.error)" } ?? "").withPeriod
  }
}

extension String {
  /// The text with a capital initial and a final period.
  fileprivate var asSentence: String { prefix(1).uppercased() + dropFirst().withPeriod }
}

extension StringProtocol {
  /// The text with a final period.
  fileprivate var withPeriod: String { "\(self)" + (hasSuffix(".") ? "" : ".") }
}
