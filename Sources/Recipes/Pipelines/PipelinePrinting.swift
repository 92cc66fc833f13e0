extension Pipeline {
  /// Returns the stages as text, each below the one it starts from:
  ///
  ///     skin-micle
  ///     ├─ simclr  (unlabelled)
  ///     │    Views(2) { ... }
  ///     │    ...
  ///     │  ├─ micle  (patients)
  ///
  /// - Parameter note: Returns an additional line for a stage.
  public func describe(noting note: (Stage) -> String? = { _ in nil }) -> String {
    var lines = [name]
    let children = Dictionary(grouping: stages.indices) { predecessor(of: stages[$0]) }
    func list(_ parent: Int?, _ margin: String) {
      let own = children[parent] ?? []
      for index in own {
        let isLast = index == own.last
        let inner = margin + (isLast ? "   " : "│  ")
        let hasChildren = children[index] != nil
        let stage = stages[index]
        lines.append(margin + (isLast ? "└─ " : "├─ ") + "\(stage.title)  (\(stage.input.summary))".printable)
        let components = summaries(of: stage) + [note(stage)].compactMap { $0 }
        lines += components.map(\.printable).map { inner + (hasChildren ? "│    " : "     ") + $0 }
        list(index, inner)
      }
    }
    list(nil, "")
    return lines.joined(separator: "\n")
  }

  /// The stages in Graphviz' DOT language, for `dot -Tsvg`.
  public var dot: String {
    var lines = ["digraph \(DOT.quoted(name)) {", "  rankdir=LR; node [shape=box, fontname=Helvetica];"]
    let inputs = Set(stages.map(\.input.summary)).sorted()
    for (index, input) in inputs.enumerated() {
      lines.append("  d\(index) [label=\(DOT.quoted(input)), shape=cylinder];")
    }
    for (index, stage) in stages.enumerated() {
      lines.append(
        "  s\(index) [label=\(DOT.quoted(stage.title)), tooltip=\(DOT.quoted(tooltip(of: stage)))];")
      if let data = inputs.firstIndex(of: stage.input.summary) { lines.append("  d\(data) -> s\(index);") }
      if let earlier = predecessor(of: stage) { lines.append("  s\(earlier) -> s\(index) [label=weights];") }
    }
    return (lines + ["}"]).joined(separator: "\n")
  }

  private func tooltip(of stage: Stage) -> String {
    summaries(of: stage).joined(separator: "\n")
  }
}
