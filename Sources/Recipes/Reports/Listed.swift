extension Collection<String> {
  /// The texts in a row; of more than `limit` the first ones, and how many are left: `a, b and 3 more`.
  func listed(upTo limit: Int) -> String {
    prefix(limit).joined(separator: ", ") + (count > limit ? " and \(count - limit) more" : "")
  }
}
