extension BidirectionalCollection<String> {
  /// Returns the texts in a list; beyond `limit`, the number of further ones: `a, b and 3 more`.
  func listed(upTo limit: Int) -> String {
    prefix(limit).joined(separator: ", ") + (count > limit ? " and \(count - limit) more" : "")
  }

  /// The texts in quotes, in a list.
  var quoted: String { map { "\"\($0.shortened(to: 40))\"" }.listed(upTo: 20) }

  /// The texts as alternatives: `a, b or c`.
  var alternatives: String {
    let others = dropLast().joined(separator: ", ")
    return others + (others.isEmpty ? "" : " or ") + suffix(1).joined()
  }
}

extension String {
  /// Returns the text, or the beginning and end of one longer than `limit` characters.
  func shortened(to limit: Int) -> String {
    if count <= limit { return self }
    let (beginning, end) = (prefix(limit - limit / 3 - 1), suffix(limit / 3))
    return "\(beginning)…\(end)"
  }
}
