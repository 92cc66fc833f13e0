extension CheckedTensor {
  /// Checks the gradient of each operation between the differentiated leaves and the target separately, at
  /// its operands' values, along a few directions and at a few elements of each operand.
  ///
  /// - Returns: A report for each operation, with its origin.
  func nodeReports(
    _ settings: CheckSettings, _ generator: inout CounterGenerator
  ) throws -> [GradientReport.NodeReport] {
    let settings = CheckSettings(
      tolerance: settings.tolerance, step: 1e-3, elementLimit: 64, directions: 4)
    let graph = held.graph
    let moving = graph.dependents(of: differentiated, from: 0, upTo: held.target.id)
    let operations = moving.filter { graph.nodes[$0].operation.definition != nil }.sorted()
    let origins = held.origins
    let values = try held.values(of: operations.flatMap { graph.nodes[$0].operands })
    return try operations.compactMap { id in
      guard let origin = origins[id] else { return nil }
      let node = graph.nodes[id]
      // A custom gradient's first operand, which is detached, is a function of the others.
      let boundary = node.operands.indices.filter { !node.operation.isDetached(operand: $0) }
        .map { node.operands[$0] }
      let needed = graph.contents.nodes(neededFor: [id], notBeyond: Set(boundary))
      let inputs = values.filter { id, _ in
        let node = graph.nodes[id]
        return node.input != nil ? needed.contains(id) : boundary.contains(id) && node.constant == nil
      }
      let alone = DetachedFunction(Tensor(graph: graph, id: id), at: inputs, stopped: boundary)
      let leaves = inputs.compactMap { id, value in
        alone.node(id).map { own in
          CheckedInput(
            name: node.operands.firstIndex(of: id).map { "operand \($0 + 1)" } ?? "%\(id)", id: own,
            value: value, isDifferentiated: moving.contains(id) && boundary.contains(id))
        }
      }
      let report = try CheckedTensor(alone.target, at: leaves.sorted { $0.id < $1.id }, &generator)
        .report(node.operation.name, settings, &generator)
      let isWrong = report.worstError > settings.tolerance && report.worst != nil
      return .init(origin: origin, mistake: isWrong ? report.worst : nil)
    }
  }
}

extension DetachedFunction {
  /// Returns the values of nodes.
  fileprivate func values(of ids: [NodeID]) throws -> [NodeID: Value<Double>] {
    var values = values
    var computed: [Tensor] = []
    for id in Set(ids) where values[id] == nil {
      let type = graph.nodes[id].type
      if let constant = graph.nodes[id].constant {
        values[id] =
          type.element.isReal
          ? .real(constant.elements, type.shape) : .index(constant.elements.map { Int32($0) }, type.shape)
      } else {
        computed.append(Tensor(graph: graph, id: id))
      }
    }
    let program = try program(outputs: computed)
    program.run()
    for tensor in computed { values[tensor.id] = .real(program.value(of: tensor), tensor.shape) }
    return values
  }
}
