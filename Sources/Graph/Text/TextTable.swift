extension [[String]] {
  /// Rows of as many cells as lines of text: cells of a column begin one below the other, two spaces after
  /// the longest of the column before.
  ///
  /// - Parameter column: From which column on cells end one below the other, as numbers do.
  package func aligned(numbersFrom column: Int = .max) -> [String] {
    let widths = first.map(\.indices)?.map { column in map { $0[column].count }.max() ?? 0 } ?? []
    return map { row in
      let cells = zip(row, widths).enumerated().map { place, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return place < column ? cell.0 + space : space + cell.0
      }
      return cells.joined(separator: "  ").replacing(/\ +$/, with: "")
    }
  }
}
