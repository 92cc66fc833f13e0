/// Names that differ only in how they are written.
struct Spellings {
  /// Each spelling but the first of its name, where it is first, and the first spelling.
  private(set) var others: [(name: String, row: Int?, first: String)] = []

  /// The spellings of names with their rows, equal where their keys are.
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
