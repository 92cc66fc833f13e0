import Foundation

extension RunReport {
  /// The audits of the run's photographs; a file that cannot be read is said instead.
  var audits: [ReportSection] {
    AuditFiles.all(in: run.folder).enumerated().map { place, files in
      let id = place == 0 ? "audit" : "audit-\(place + 1)"
      do throws(FileError) {
        let section = try AuditSection(files, withoutPhotographs: options.withoutPhotographs).section
        return ReportSection(id, section.title, section.content)
      } catch {
        return ReportSection(id, "What is in the data", [.tag("p", ["class": "note"], error.description)])
      }
    }
  }
}

/// The page of an audit by itself.
///
///     try AuditReport(of: files).write(to: folder.appending(path: "audit.html"))
public struct AuditReport {
  private let page: ReportPage

  /// Creates the page.
  ///
  /// - Parameters:
  ///   - files: The files of the audit.
  ///   - withoutPhotographs: Whether the page has no pictures of photographs.
  /// - Throws: `FileError` if the files cannot be read.
  public init(of files: AuditFiles, withoutPhotographs: Bool = false) throws(FileError) {
    let section = try AuditSection(files, withoutPhotographs: withoutPhotographs).section
    page = ReportPage(
      title: "Audit", head: [], sections: [section],
      foot: [.tag("p", [:], "Made by Loupe \(Loupe.version).")])
  }

  /// Writes the page, atomically.
  ///
  /// - Parameter file: The file to write.
  /// - Throws: `FileError` if the file cannot be written.
  public func write(to file: URL) throws(FileError) { try AtomicFile.write(page.html, to: file) }
}
