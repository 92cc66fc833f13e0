import Foundation

/// The decisions that someone has entered in a table of an audit, by photographs.
struct AuditDecisions {
  private var texts: [[String]: String] = [:]

  /// No decisions.
  init() {}

  /// Reads the decisions in a table; none if there is no such file.
  ///
  /// - Throws: `FileError` or `CSVError` if it cannot be read, so that it is not overwritten.
  init(in file: URL, of table: AuditTable) throws {
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    let stored = try CSV(file: file, mayBeEmpty: true)
    func column(_ name: String) throws(FileError) -> Int {
      guard let place = stored.header.firstIndex(of: name) else {
        throw .unreadable(
          file: file.path,
          reason: "it has no column \"\(name)\", and its decisions would be lost; move it elsewhere")
      }
      return place
    }
    let keys = try table.keys.map(column)
    let decision = try column("decision")
    stored.forEachRow { row in
      guard let text = try? CSV.read(field: row.text(decision)), !text.isEmpty,
        let key = try? keys.map({ CSV.read(field: try row.text($0)) })
      else { return }
      texts[key] = text
    }
  }

  /// The decision about photographs; empty if there is none.
  subscript(photographs: [String]) -> String { texts[photographs] ?? "" }
}
