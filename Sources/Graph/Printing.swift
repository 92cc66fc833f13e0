extension Graph: CustomStringConvertible {
  /// The graph as text, one node per line: `%7: f32[8,16] = MatMul(transposeA: false, transposeB: false)(%3,
  /// %5)`; then a line for each checkpoint, each update and the outputs.
  public var description: String {
    var lines = nodes.indices.map { id in "%\(id): \(nodes[id].type) = \(call(id))" }
    lines += checkpoints.map { "checkpoint %\($0.lowerBound)...%\($0.upperBound - 1)" }
    lines += updates.map { "\($0.variable.path) <- %\($0.value)" }
    if !outputs.isEmpty { lines.append("outputs " + outputs.map { "%\($0)" }.joined(separator: ", ")) }
    return lines.joined(separator: "\n")
  }

  private func call(_ id: NodeID) -> String {
    let node = nodes[id]
    switch node.operation {
    case let input as Input: return "input \(input.name)"
    case let read as VariableRead: return "read \(read.path)"
    case let constant as Constant:
      if constant.values.count <= 8 { return "constant \(constant.values)" }
      return "constant #\(String(FNV.hash(constant.values.lazy.map(\.bitPattern)), radix: 16))"
    default:
      let operands = node.operands.map { "%\($0)" }.joined(separator: ", ")
      let description = String(describing: node.operation)
      return (description.hasSuffix("()") ? String(description.dropLast(2)) : description) + "(\(operands))"
    }
  }

  /// The graph in Graphviz' DOT language, for `dot -Tsvg`; nodes are grouped by layer, and nodes in a
  /// checkpoint are dashed.
  public var dot: String {
    var lines = ["digraph {", "  node [shape=box, fontname=Helvetica];"]
    let dashed = Set(checkpoints.joined())
    let byPath = Dictionary(grouping: nodes.indices, by: { nodes[$0].path })
    for (cluster, path) in byPath.keys.sorted().enumerated() {
      lines.append("  subgraph cluster_\(cluster) { label=\(DOT.quoted(path));")
      for id in byPath[path] ?? [] {
        let name = nodes[id].operation is Constant ? "constant" : call(id).prefix { $0 != "(" }
        let style = dashed.contains(id) ? ", style=dashed" : ""
        lines.append("    n\(id) [label=\(DOT.quoted("\(name)\n\(nodes[id].type)"))\(style)];")
      }
      lines.append("  }")
    }
    for (id, node) in nodes.enumerated() {
      for operand in node.operands { lines.append("  n\(operand) -> n\(id);") }
    }
    for (index, update) in updates.enumerated() {
      lines.append("  u\(index) [label=\(DOT.quoted(update.variable.path)), shape=cylinder];")
      lines.append("  n\(update.value) -> u\(index);")
    }
    return (lines + ["}"]).joined(separator: "\n")
  }
}

extension GraphBuilder: CustomStringConvertible {
  /// The graph so far as text.
  public var description: String { contents.description }

  /// The graph so far in Graphviz' DOT language.
  public var dot: String { contents.dot }
}
