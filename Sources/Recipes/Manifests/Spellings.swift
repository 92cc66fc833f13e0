/// Names that differ only in spelling.
struct Spellings {
  /// Each spelling but the first of its name, its first row, and the first spelling.
  private(set) var others: [(name: String, row: Int?, first: String)] = []

  /// Groups names by key, with their rows.
  init(_ names: some Sequence<(String, Int?)>, key: (String) -> String) {
    var seen: Set<String> = []
    var firstOfKey: [String: String] = [:]
    for (name, row) in names where seen.insert(name).inserted {
      let key = key(name)
      if let first = firstOfKey[key] {
        others.append((name, row, first))
      } else {
        firstOfKey[key] = name
      }
    }
  }
}
