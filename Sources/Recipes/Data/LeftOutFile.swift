import Foundation

extension Dataset {
  /// Returns the dataset without the photographs that a table names in its column `photograph`, such as those
  /// that an audit lists.
  ///
  /// - Parameter file: The table, with a column `photograph`.
  /// - Throws: `FileError` or `CSVError` if the table cannot be read, has an empty name or one that no
  ///   photograph has; `DataError` if nothing remains.
  public func leavingOut(photographsIn file: URL) throws -> (dataset: Dataset, count: Int) {
    // An audit that finds nothing to remove writes a table without rows.
    let table = try CSV(file: file, mayBeEmpty: true)
    let column = try table.column("photograph")
    let known = Set(photographs.map(\.id))
    var (names, wrong): (Set<String>, String?) = ([], nil)
    table.forEachRow { row in
      guard wrong == nil else { return }
      guard row.flaw == nil, let text = try? row.text(column) else {
        return wrong = "line \(row.line) cannot be read"
      }
      let name = CSV.read(field: text)
      if !known.contains(name) {
        return wrong = "line \(row.line) names \([name].quoted), which is no photograph of the data"
      }
      names.insert(name)
    }
    if let wrong { throw FileError.unreadable(file: file.path, reason: wrong) }
    let left = photographs.indices.filter { !names.contains(photographs[$0].id) }
    return (try with(left.map { photographs[$0] }, splits: left.map { splits[$0] }), names.count)
  }
}
