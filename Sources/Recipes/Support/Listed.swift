extension BidirectionalCollection<String> {
  /// The texts in a row; of more than `limit` the first ones, and how many are left: `a, b and 3 more`.
  func listed(upTo limit: Int) -> String {
    prefix(limit).joined(separator: ", ") + (count > limit ? " and \(count - limit) more" : "")
  }

  /// The texts as alternatives: `a, b or c`.
  var alternatives: String {
    let others = dropLast().joined(separator: ", ")
    return others + (others.isEmpty ? "" : " or ") + suffix(1).joined()
  }
}

extension String {
  /// The text, or of a longer one than `limit` characters its beginning and its end.
  func shortened(to limit: Int) -> String {
    count <= limit ? self : prefix(limit - limit / 3 - 1) + "…" + suffix(limit / 3)
  }
}
