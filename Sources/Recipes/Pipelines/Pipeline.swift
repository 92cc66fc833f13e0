/// A sequence of stages that pass weights to each other.
///
///     let skin = Pipeline("skin-micle") {
///       let encoder = ResNet(.resNet18, stem: .small)
///       let simclr = SimCLR(encoder, on: .unlabelled, epochs: 40)
///       let micle = MICLe(encoder, on: .patients, after: simclr, epochs: 20)
///       Classifier(encoder, classes: 26, named: "no pretraining")
///       Classifier(encoder, classes: 26, named: "SimCLR", after: simclr)
///       Classifier(encoder, classes: 26, named: "SimCLR + MICLe", after: micle)
///     }
///
/// Stages that others start from need no separate line, and one that several start from runs once.
public struct Pipeline: Sendable {
  /// The pipeline's name.
  public let name: String
  /// Every stage once, each after the one it starts from, otherwise in the given order.
  public let stages: [Stage]
  /// The precision in which stages are trained that do not say theirs.
  public let precision: Precision
  /// The number of chunks in which batches are computed that a stage does not cut itself; nil for whole ones.
  public private(set) var chunks: Int?
  /// The points that searches need not look for, by the name of their stage.
  public private(set) var choices: [String: Search.Point] = [:]

  /// Creates a pipeline of the stages in the body and those they start from.
  ///
  /// - Parameters:
  ///   - name: The pipeline's name.
  ///   - precision: The precision in which stages are trained that do not say theirs, as by
  ///     ``StageRecipe/precision(_:file:line:)``.
  ///   - body: The stages.
  public init(
    _ name: String, precision: Precision = .single, @PipelineBuilder _ body: () -> [Stage]
  ) {
    self.name = name
    self.precision = precision
    var seen: Set<Stage> = []
    var stages: [Stage] = []
    func visit(_ stage: Stage) {
      guard seen.insert(stage).inserted else { return }
      if let predecessor = stage.predecessor { visit(predecessor) }
      stages.append(stage)
    }
    body().forEach(visit)
    self.stages = stages
  }

  /// Returns the pipeline with the batch of each stage that has no `chunk:` of its own computed in a number
  /// of equal parts, which several ranks can share. A batch that cannot be divided is made smaller.
  ///
  /// - Parameter chunks: The number of equal parts.
  public func cut(into chunks: Int) -> Pipeline {
    var pipeline = self
    pipeline.chunks = chunks
    return pipeline
  }

  /// Returns the pipeline with the searches of some stages left out: each takes a point that an earlier run
  /// has chosen, ``RunRecord/choices``. So a repetition is trained alone as it is after the first one.
  ///
  /// - Parameter choices: The point of each searched stage, by its name.
  public func choosing(_ choices: [String: Search.Point]) -> Pipeline {
    var pipeline = self
    pipeline.choices = choices
    return pipeline
  }

  /// Returns the precision in which a stage is trained.
  ///
  /// - Parameter stage: The stage.
  public func precision(of stage: Stage) -> Precision { stage.component() ?? precision }

  /// Returns the lines of a stage in words, with the pipeline's precision if the stage does not say its own.
  func summaries(of stage: Stage) -> [String] {
    let isOfPipeline = precision != .single && stage.component(Precision.self) == nil
    return stage.components.map(\.summary) + (isOfPipeline ? [precision.summary] : [])
  }

  /// Returns the index of a stage's predecessor in `stages`.
  ///
  /// - Parameter stage: The stage.
  public func predecessor(of stage: Stage) -> Int? {
    stage.predecessor.flatMap { stages.firstIndex(of: $0) }
  }

  /// Checks the pipeline and its settings.
  ///
  /// - Throws: `PipelineErrors` with all problems.
  public func validate() throws(PipelineErrors) {
    let problems = structureProblems + stages.flatMap(\.settingProblems)
    if !problems.isEmpty { throw PipelineErrors(problems: problems) }
  }

  /// The problems with the names and number of stages.
  package var structureProblems: [String] {
    var problems: [String] = []
    if stages.isEmpty {
      problems.append("The pipeline \(name) has no stages; write at least one in its body.")
    }
    let byTitle = Dictionary(grouping: stages, by: \.title)
    for title in stages.map(\.title).uniqued() where (byTitle[title]?.count ?? 0) > 1 {
      problems.append(
        "Two different stages are named \"\(title)\"; give each a name, or a repetition, of its own.")
    }
    for stage in stages {
      if stage.name.allSatisfy(\.isWhitespace) {
        problems.append("A stage has no name; reports and weight files are named after it.")
      }
      if stage.components.isEmpty {
        problems.append(
          "The stage \"\(stage.name)\" is empty; say what it trains, by which loss and optimizer.")
      }
      if let choice = choices[stage.name], let search = stage.component(Search.self),
        !search.points.contains(choice)
      {
        problems.append(
          "The search of the stage \"\(stage.title)\" has no point \(choice), which an earlier run is said "
            + "to have chosen; take the choices of a run with the same search.")
      }
    }
    return problems
  }
}

/// All problems of a pipeline.
public struct PipelineErrors: Error, Equatable, Sendable, CustomStringConvertible {
  /// The problems with what to do about them, a sentence each.
  public let problems: [String]

  /// Creates an error from sentences.
  ///
  /// - Parameter problems: The problems with what to do about them, a sentence each.
  public init(problems: [String]) { self.problems = problems }

  public var description: String { problems.joined(separator: "\n") }
}

extension Sequence where Element: Hashable {
  /// Returns the elements without duplicates.
  fileprivate func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
