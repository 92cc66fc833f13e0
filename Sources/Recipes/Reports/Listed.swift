extension Collection<String> {
  /// The texts in a row; of more than `limit` the first ones, and how many are left: `a, b and 3 more`.
  func listed(upTo limit: Int) -> String {
    prefix(limit).joined(separator: ", ") + (count > limit ? " and \(count - limit) more" : "")
  }
}

extension String {
  /// The text, or of a longer one than `limit` characters its beginning and its end.
  func shortened(to limit: Int) -> String {
    count <= limit ? self : prefix(limit - limit / 3 - 1) + "…" + suffix(limit / 3)
  }
}
