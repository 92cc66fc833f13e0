extension [[String]] {
  /// Returns rows of cells as lines of text, with aligned columns two spaces apart.
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
