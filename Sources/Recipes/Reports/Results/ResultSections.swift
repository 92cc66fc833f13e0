import Ops

/// The sections of a report about the results of a run: how well its classifiers do on the test patients.
///
///     let results = try ResultSections(of: RunArchive(in: folder), options: .init(subgroups: ["sex"]))
///     for section in results.sections { print(section.title) }
public struct ResultSections: Sendable {
  /// What is shown.
  public struct Options: Sendable, Equatable {
    /// The columns of `photographs.csv` by which results are divided into subgroups.
    public var subgroups: [String]
    /// What thresholds for one class against the rest must reach on validation.
    public var targets: [OperatingPoint.Target]
    /// The coverage of prediction sets, between 0 and 1.
    public var coverage: Double

    /// Creates options.
    ///
    /// - Parameters:
    ///   - subgroups: The columns of `photographs.csv` by which results are divided into subgroups.
    ///   - targets: What thresholds for one class against the rest must reach on validation.
    ///   - coverage: The coverage of prediction sets, between 0 and 1.
    public init(
      subgroups: [String] = [], targets: [OperatingPoint.Target] = [.specificity(0.9), .sensitivity(0.9)],
      coverage: Double = 0.9
    ) {
      contract(coverage > 0 && coverage < 1, "a coverage must be between 0 and 1")
      (self.subgroups, self.targets, self.coverage) = (subgroups, targets, coverage)
    }
  }

  let run: RunArchive
  let options: Options
  let branches: [ReportBranch]
  /// The names of the classes; numbers in an old folder.
  let classes: [String]
  /// The photographs and patients of each class in test; empty without the scores of single photographs.
  let supports: [Support]

  /// The size of a class or group.
  struct Support: Sendable, Equatable {
    var photographs = 0
    var patients = 0
  }

  /// Creates the sections of a run.
  ///
  /// - Parameters:
  ///   - run: The files of the run.
  ///   - options: What the sections show.
  /// - Throws: ``ResultSectionsError`` for a subgroup that is not a column of the run's photographs.
  public init(of run: RunArchive, options: Options = Options()) throws(ResultSectionsError) {
    (self.run, self.options) = (run, options)
    branches = ReportBranch.all(of: run)
    let known = branches.lazy.compactMap(\.test.first?.classes).first ?? run.results.run?.data.classes
    classes =
      known?.map { $0.shortened(to: ReportBranch.letters) }
      ?? (0..<run.results.classes).map { "class \($0 + 1)" }
    supports = branches.lazy.compactMap(\.test.first).first.map(ResultSections.supports) ?? []
    try ResultSections.check(options.subgroups, among: run.photographs?.attributes ?? [])
  }

  /// Checks that subgroups are columns of the photographs, without regard to capitals.
  ///
  /// - Throws: ``ResultSectionsError`` for one that is not.
  static func check(_ subgroups: [String], among columns: [String]) throws(ResultSectionsError) {
    for column in subgroups where Set(columns).column(column) == nil {
      throw .unknownColumn(column, columns: columns)
    }
  }

  /// The sections.
  public var sections: [ReportSection] {
    if branches.isEmpty {
      return [
        ReportSection(
          "results", "Results",
          .paragraphs("The run has no classifier, so there are no scores on test patients to report."))
      ]
    }
    return [
      metrics, labelShares, confusion, perClass, curves, calibration, operatingPoints, conformalSets,
      subgroups,
    ].compactMap(\.self)
  }

  /// Returns the photographs and patients of each class.
  static func supports(of test: ScoredPhotographs) -> [Support] {
    let predictions = test.predictions
    return test.classes.indices.map { place in
      let own = predictions.labels.indices.filter { predictions.labels[$0] == place }
      return Support(photographs: own.count, patients: Set(own.map { predictions.patients[$0] }).count)
    }
  }

  /// The branches that learned from all labels, or all branches if that is not known of any.
  var onAllLabels: [ReportBranch] {
    let whole = branches.filter { $0.share == 1 }
    return whole.isEmpty ? branches : whole
  }

  /// The branch that is shown first: the last on all labels.
  var main: ReportBranch? { onAllLabels.last }

  /// The main branch, then the others.
  var mainFirst: [ReportBranch] {
    branches.filter { $0.results.name == main?.results.name }
      + branches.filter { $0.results.name != main?.results.name }
  }

  /// A sentence in place of what needs the scores of single photographs.
  static let needsPredictions =
    "The folder has no scores of single photographs: an earlier version made it, or its tables of predictions"
    + " were removed. Run the program again on the folder for this section."
}

/// An error for a section that cannot be made as asked for.
public enum ResultSectionsError: Error, Equatable, CustomStringConvertible {
  /// A subgroup that is not a column of the photographs.
  case unknownColumn(String, columns: [String])

  /// A sentence: what is wrong and what to do.
  public var description: String {
    switch self {
    case .unknownColumn(let column, let columns):
      let start = "the photographs of the run have no column \([column].quoted) for subgroups"
      if columns.isEmpty {
        return start + ", as the manifest had no columns besides those that the program reads"
      }
      let guess = columns.closest(to: column.lowercased()).map { "; did you mean \([$0].quoted)?" } ?? ";"
      return start + guess + " Its columns are \(columns.quoted)"
    }
  }
}
