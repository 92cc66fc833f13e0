import Foundation

/// The report of a run as a page for people: what was asked, how training went, what came out, what
/// photographs look like to the network, and what a paper has to say about it.
///
///     let run = try RunArchive(in: URL(filePath: "runs/skin"))
///     try RunReport(of: run).write(to: URL(filePath: "runs/skin/report.html"))
///
/// The page is one file that needs no other and no network. It depends on nothing but the files of the run,
/// so the same files give the same page.
public struct RunReport: Sendable {
  /// What a report shows.
  public struct Options: Sendable {
    /// Whether photographs are left out, for what may not leave the building.
    public var withoutPhotographs: Bool
    /// The columns of the manifest by which patients are divided into subgroups.
    public var subgroups: [String]
    /// Other runs to compare with.
    public var comparisons: [RunArchive]

    /// Creates options.
    ///
    /// - Parameters:
    ///   - withoutPhotographs: Whether photographs are left out, for what may not leave the building.
    ///   - subgroups: The columns of the manifest by which patients are divided into subgroups.
    ///   - comparisons: Other runs to compare with.
    public init(
      withoutPhotographs: Bool = false, subgroups: [String] = [], comparisons: [RunArchive] = []
    ) {
      self.withoutPhotographs = withoutPhotographs
      self.subgroups = subgroups
      self.comparisons = comparisons
    }
  }

  /// The files of the run.
  public let run: RunArchive
  public let options: Options

  let results: ResultSections

  /// Creates the report of a run.
  ///
  /// - Parameters:
  ///   - run: The files of the run.
  ///   - options: What the report shows.
  /// - Throws: ``ResultSectionsError`` for a subgroup that is not a column of the run's photographs.
  public init(of run: RunArchive, options: Options = Options()) throws(ResultSectionsError) {
    (self.run, self.options) = (run, options)
    results = try ResultSections(of: run, options: .init(subgroups: options.subgroups))
  }

  /// The parts of a report in the order of the page; a part of a run that has nothing to show is empty.
  private static let parts: [@Sendable (RunReport) -> [ReportSection]] = [
    { $0.asked }, { $0.training }, { $0.results.sections }, { $0.comparison }, { $0.looks }, { $0.audits },
    { $0.methods },
  ]

  /// The text of the file.
  public var html: String {
    let sections = RunReport.parts.flatMap { $0(self) }
    return ReportPage(title: title, head: head, sections: sections, foot: foot).html
  }

  /// Writes the page, atomically.
  ///
  /// - Parameter file: The file to write.
  /// - Throws: `FileError` if the file cannot be written.
  public func write(to file: URL) throws(FileError) { try AtomicFile.write(html, to: file) }
}
