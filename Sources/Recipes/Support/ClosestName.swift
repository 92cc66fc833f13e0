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
  // Returns the Levenshtein distance.
  fileprivate func distance(to name: String) -> Int {
    let name = Array(name)
    var row = Array(0...name.count)
    for (line, letter) in prefix(100).enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for column in name.indices {
        let above = row[column + 1]
        row[column + 1] = Swift.min(above + 1, row[column] + 1, diagonal + (name[column] == letter ? 0 : 1))
        diagonal = above
      }
    }
    return row[name.count]
  }
}
