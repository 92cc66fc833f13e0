extension GraphBuilder {
  /// A table of the applied layers: path, kind, output shape, parameters and multiply-adds, with totals.
  /// Layers in a `Checkpoint` are marked.
  public var summary: String {
    func within(_ path: String, _ layer: String) -> Bool {
      layer.isEmpty || path == layer || path.hasPrefix(layer + ".")
    }
    let trained = variables.filter(\.isTrained)
    let work = Dictionary(grouping: nodes, by: \.path).mapValues { $0.reduce(0) { $0 + cost(of: $1) } }
    func parameters(_ layer: String) -> Int {
      trained.reduce(0) { $0 + (within($1.path, layer) ? $1.type.shape.count : 0) }
    }
    func multiplyAdds(in layer: String) -> Int {
      work.reduce(0) { $0 + (within($1.key, layer) ? $1.value : 0) }
    }
    var rows = [["layer", "kind", "output", "parameters", "multiply-adds"]]
    for layer in layers where !layer.path.isEmpty {
      let kind = layer.kind + (layer.isCheckpointed ? ", checkpointed" : "")
      rows.append([
        layer.path, kind, "\(layer.output.shape)", "\(parameters(layer.path))",
        "\(multiplyAdds(in: layer.path))",
      ])
    }
    rows.append(["total", "", "", "\(parameters(""))", "\(multiplyAdds(in: ""))"])
    return rows.aligned(numbersFrom: 3).joined(separator: "\n")
  }

  private func cost(of node: Node) -> Int {
    node.operation.multiplyAdds(node.operands.map { nodes[$0].type }, result: node.type)
  }
}
