extension [String] {
  /// Returns the name with the fewest letters to change to `name`, in lowercase; nil if they are more than
  /// half.
  package func closest(to name: String) -> String? {
    let distances = map { (name: $0, distance: $0.lowercased().distance(to: name)) }
    let nearest = distances.min { $0.distance < $1.distance }
    return nearest.flatMap { $0.distance * 2 <= name.count + 1 ? $0.name : nil }
  }
}

extension String {
  // Returns the number of letters to add, remove, replace or exchange with the next one (optimal string
  // alignment).
  fileprivate func distance(to name: String) -> Int {
    let (own, name) = (Array(prefix(100)), Array(name))
    var rows = [Array(0...name.count)]
    for line in own.indices {
      let above = rows[line]
      var row = [line + 1]
      for column in name.indices {
        let isSame = own[line] == name[column]
        var least = Swift.min(above[column + 1] + 1, row[column] + 1, above[column] + (isSame ? 0 : 1))
        if line > 0, column > 0, own[line] == name[column - 1], own[line - 1] == name[column] {
          least = Swift.min(least, rows[line - 1][column - 1] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[own.count][name.count]
  }
}
