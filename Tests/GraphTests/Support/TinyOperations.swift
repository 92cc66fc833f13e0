import Graph

/// The sum of two tensors of one type.
struct Plus: Operation {
  func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    guard operands[0] == operands[1] else {
      throw ShapeError(
        "Plus needs two of a kind.", expected: "\(operands[0])", found: "\(operands[1])",
        assuming: operands[0])
    }
    return operands[0]
  }
}

/// A tensor times a number, or something that only says so.
struct Times: Operation {
  let factor: Double

  func resultType(of operands: [TensorType]) -> TensorType { operands[0] }
}

/// A matrix product.
struct Product: Operation {
  func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let (a, b) = (operands[0].shape, operands[1].shape)
    guard a.rank == 2, b.rank == 2, a[1] == b[0] else {
      throw ShapeError(
        "Product needs matrices that fit.", expected: "[M, K] and [K, N]", found: "\(a) and \(b)")
    }
    return TensorType([a[0], b[1]], operands[0].element)
  }

  func multiplyAdds(_ operands: [TensorType], result: TensorType) -> Int {
    result.shape.count * operands[0].shape[1]
  }
}

func plus(_ a: Tensor, _ b: Tensor) -> Tensor { a.graph.apply(Plus(), to: [a, b]) }
func times(_ a: Tensor, _ factor: Double) -> Tensor { a.graph.apply(Times(factor: factor), to: [a]) }

/// A layer with one matrix.
struct Dense: Layer {
  let outputs: Int
  @Incidental private(set) var location: SourceLocation?

  init(_ outputs: Int, file: StaticString = #fileID, line: Int = #line) {
    self.outputs = outputs
    location = SourceLocation(file: file, line: line)
  }

  func apply(to x: Tensor) -> Tensor {
    guard x.isKnown else { return x }
    let weight = x.graph.variable(
      "weight", [x.shape.channels, outputs], role: .weight, initializer: .linear(inputs: x.shape.channels))
    return x.graph.apply(Product(), to: [x, weight])
  }
}

/// A layer with one row that is added to each; its kind is not its name.
struct Shift: Layer {
  var kind: String { "bn" }

  func apply(to x: Tensor) -> Tensor {
    let shift = x.graph.variable("shift", x.shape, role: .bias, initializer: .zeros)
    return plus(x, shift)
  }
}

/// A layer that adds a constant, which fits if the input has as many columns.
struct Misfit: Layer {
  let count: Int
  @Incidental private(set) var location: SourceLocation?

  init(adding count: Int, file: StaticString = #fileID, line: Int = #line) {
    self.count = count
    location = SourceLocation(file: file, line: line)
  }

  func apply(to x: Tensor) -> Tensor { plus(x, x.graph.constant(0, [2, count])) }
}

/// The paths of the variables of a model.
func paths(of model: some Layer) -> [String] {
  let graph = GraphBuilder()
  _ = model.atRoot(graph.input("x", [2, 4]))
  return graph.variables.map(\.path)
}
