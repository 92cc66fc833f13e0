/// An input or a variable of a checked graph, and its value.
struct CheckedInput {
  /// The name in reports.
  let name: String
  let id: NodeID
  let value: Value<Double>
  let isDifferentiated: Bool
}

extension Variable {
  /// Returns the values at which gradients are checked: the initial values or, if they are all equal, values
  /// around them, as a scale of 0 or 1 hides mistakes. Running statistics are positive.
  func valuesToCheck(seed: UInt64) throws -> [Double] {
    guard case .constant(let value) = initializer else { return try initialValues(seed: seed) }
    var generator = CounterGenerator(seed: seed, name: path)
    return (0..<type.shape.count).map { _ in
      if role == .statistic { return generator.uniform(0.5...1.5) }
      return value + generator.uniform(0.1...0.5) * (generator.chance(0.5) ? 1 : -1)
    }
  }
}

extension Program {
  func set(_ leaf: CheckedInput, of graph: GraphBuilder) {
    let node = graph.nodes[leaf.id]
    if let input = node.input {
      setInput(input.name, to: leaf.value)
    } else if let read = node.read {
      setVariable(read.path, to: leaf.value.reals)
    } else {
      fatalError("\(leaf.name) is neither an input nor a variable")
    }
  }
}
