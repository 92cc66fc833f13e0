/// A reference interpreter: evaluates a graph node by node with the operations' definitions. Compiled
/// programs are tested against it.
public struct Interpreter<T: Real> {
  /// The value of every node.
  public private(set) var values: [Value<T>] = []

  /// Evaluates every node of `graph`, given inputs by name and variables by path.
  ///
  /// - Parameters:
  ///   - graph: The graph to evaluate.
  ///   - inputs: The values of the graph's inputs, by name.
  ///   - variables: The values of the variables, by path.
  public init(_ graph: Graph, inputs: [String: Value<T>] = [:], variables: [String: Value<T>] = [:]) {
    contract(graph.precision == T.element, "a \(graph.precision) graph is evaluated in that precision")
    for node in graph.nodes {
      if let input = node.input {
        values.append(
          inputs[input.name] == nil && input.initialValue != nil
            ? expanded(Constant(splat: input.initialValue ?? 0, node.type), node.type)
            : known(inputs, input.name, node.type))
      } else if let read = node.read {
        values.append(known(variables, read.path, node.type))
      } else if let constant = node.constant {
        values.append(expanded(constant, node.type))
      } else if let operation = node.operation.definition {
        let operands = Operands(node.operands.map { values[$0] })
        values.append(.real(operation.checkedElements(operands, as: node.type), node.type.shape))
      } else {
        fatalError("\(node.operation.name) has no reference kernel")
      }
    }
  }

  /// Returns the value of a tensor of the graph.
  ///
  /// - Parameter tensor: A tensor of real numbers in the graph.
  public subscript(tensor: Tensor) -> [T] { values[tensor.id].reals }

  private func known(_ values: [String: Value<T>], _ name: String, _ type: TensorType) -> Value<T> {
    guard let value = values[name] else { fatalError("no value was given for \(name)") }
    contract(value.shape == type.shape, "\(name) is \(type.shape) but was given as \(value.shape)")
    return value
  }

  private func expanded(_ constant: Constant, _ type: TensorType) -> Value<T> {
    let values = constant.elements
    return type.element.isReal
      ? .real(values.map { T($0) }, type.shape) : .index(values.map { Int32($0) }, type.shape)
  }
}
