import Autodiff

extension OperationCase {
  /// The row as a graph of its own.
  public func applied(_ precision: ElementType) -> AppliedOperation {
    AppliedOperation(self, precision)
  }
}

/// A row in a graph: its result, and its gradients for an upstream gradient that is an input as well.
public struct AppliedOperation {
  /// The computation.
  public let graph: GraphBuilder
  /// What the function gives.
  public let result: Tensor
  /// The gradient for each differentiated input, in order.
  public let gradients: [Tensor]

  private let name: String
  private let inputs: [CheckInput]

  init(_ row: OperationCase, _ precision: ElementType) {
    graph = GraphBuilder(precision: precision)
    let graph = graph
    func input(_ input: CheckInput) -> Tensor {
      graph.input(input.name, input.shape, input.element == .int32 ? .int32 : precision)
    }
    let tensors = row.inputs.map(input)
    let tape = Tape(graph)
    result = row.function(tensors)
    let upstream = CheckInput.uniform("upstream", result.shape)
    let sources = zip(row.inputs, tensors).filter(\.0.isDifferentiated).map(\.1)
    gradients = tape.gradients(of: result, upstream: input(upstream), for: sources)
    name = row.name
    inputs = row.inputs + [upstream]
  }

  /// A value for every input by its name, the same in either precision.
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  public func values<T: Real>(as type: T.Type) -> [String: Value<T>] {
    var generator = CounterGenerator(seed: 1, name: name)
    return Dictionary(
      uniqueKeysWithValues: inputs.map { input in
        switch input.drawn(&generator) {
        case .real(let values, let shape): (input.name, .real(values.map { T(Float($0)) }, shape))
        case .index(let values, let shape): (input.name, .index(values, shape))
        }
      })
  }

  /// A program for some of the tensors, its inputs set.
  ///
  /// - Throws: `GraphErrors` if the operation does not fit its operands; `OutOfMemory`.
  public func compiled<T: Real>(
    _ outputs: [Tensor], as type: T.Type, workers: Workers = .shared
  ) throws -> Program {
    let program = try Program(graph, outputs: outputs, workers: workers)
    for (name, value) in values(as: T.self) {
      switch value {
      case .real(let values, _): program.setInput(name, to: values)
      case .index(let values, _): program.setInput(name, to: values)
      }
    }
    return program
  }
}
