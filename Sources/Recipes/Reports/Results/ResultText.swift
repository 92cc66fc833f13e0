extension Interval {
  /// The value and its interval for a table.
  var cell: DataTable.Cell { .number(NumberFormat.decimals(3)(self)) }
}

extension Int {
  /// The number with its noun: `1 patient`, `2,000 patients`.
  func of(_ noun: String, plural: String? = nil) -> String {
    NumberFormat.count(self) + " " + (self == 1 ? noun : plural ?? noun + "s")
  }
}

extension [Markup] {
  /// Paragraphs of text.
  static func paragraphs(_ texts: String...) -> [Markup] {
    texts.filter { !$0.isEmpty }.map { .tag("p", [:], $0) }
  }
}

extension Markup {
  /// Elements below a line that opens them.
  static func folded(_ title: String, _ content: [Markup]) -> Markup {
    .tag("details", [:], [.tag("summary", [:], title)] + content)
  }
}
