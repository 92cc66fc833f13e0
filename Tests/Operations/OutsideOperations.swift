import Autodiff

/// An elementwise operation given by its formula alone.
public struct Softplus: Elementwise {
  /// Whether it says that it is costly.
  public var isCostly = false

  public static var arity: Int { 1 }

  public func element<T: Real>(_ x: Elements<T>) -> T { max(x[0], 0) + T.log(1 + T.exp(-abs(x[0]))) }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * sigmoid(operands[0])]
  }
}

/// The logarithm of one more than e to the power of each element.
public func softplus(_ x: Tensor, isCostly: Bool = false) -> Tensor {
  x.graph.apply(Softplus(isCostly: isCostly), to: [x])
}

/// The sum of two products: more operands than any operation of the package takes.
public struct SumOfProducts: Elementwise {
  public static var arity: Int { 4 }

  public func element<T: Real>(_ x: Elements<T>) -> T { x[0] * x[1] + x[2] * x[3] }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [1, 0, 3, 2].enumerated().map { operand, factor in
      (upstream * operands[factor]).unbroadcast(to: operands[operand].shape)
    }
  }
}

/// a b + c d, element by element; the operands broadcast.
public func sumOfProducts(_ a: Tensor, _ b: Tensor, _ c: Tensor, _ d: Tensor) -> Tensor {
  a.graph.apply(SumOfProducts(), to: [a, b, c, d])
}

/// Half of each element, in blocks written by hand.
public struct Half: Elementwise {
  public static var arity: Int { 1 }

  public func element<T: Real>(_ x: Elements<T>) -> T { x[0] / 2 }

  public func run(_ block: ElementBlock<Float>) {
    for index in 0..<block.count { block.result[index] = block[0][index] * 0.5 }
  }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [upstream / 2] }
}

/// Half of each element.
public func half(_ x: Tensor) -> Tensor { x.graph.apply(Half(), to: [x]) }

/// The rows of a table summed by their labels, with a kernel of its own.
public struct SumByLabel: KernelOperation {
  /// How many labels there are.
  public let classes: Int

  public func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let (x, labels) = (operands[0], operands[1])
    guard x.shape.rank == 2, labels == TensorType([x.shape[0]], .int32) else {
      throw ShapeError(
        "\(name) takes a table and a label for each row.", expected: "[N, D] and i32[N]",
        found: "\(x) and \(labels)")
    }
    return TensorType([classes, x.shape[1]], x.element)
  }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.gathered(operands[1]), nil]
  }

  public func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let columns = type.shape[1]
    var sums = [T](repeating: 0, count: type.shape.count)
    for (row, label) in operands.indices(1).enumerated() {
      for column in 0..<columns { sums[Int(label) * columns + column] += operands[0][row * columns + column] }
    }
    return sums
  }

  public func partCount(_ operands: [TensorType], result: TensorType) -> Int { classes }

  public func compute<T: Real>(_ classes: Range<Int>, _ buffers: KernelBuffers<T>) {
    let (x, labels, result) = (buffers[0], buffers.indices(1), buffers.result)
    let columns = buffers.resultShape[1]
    for index in classes.lowerBound * columns..<classes.upperBound * columns { result[index] = 0 }
    for row in labels.indices where classes.contains(Int(labels[row])) {
      let start = Int(labels[row]) * columns
      for column in 0..<columns { result[start + column] += x[row * columns + column] }
    }
  }
}

extension Tensor {
  /// The sum of the rows of each label, `[classes, D]` of `[N, D]`.
  public func summed(by labels: Tensor, classes: Int) -> Tensor {
    graph.apply(SumByLabel(classes: classes), to: [self, labels])
  }
}

/// The logarithm of one more than e to the power of each element, composed, with a gradient that does not
/// overflow.
public func composedSoftplus(_ x: Tensor) -> Tensor {
  customGradient(for: [x]) { x in
    log(1 + exp(x[0]))
  } gradient: { upstream, _, x in
    [upstream * sigmoid(x[0])]
  }
}

extension OperationCase {
  /// Operations as another package would define them.
  static let outside: [OperationCase] = [
    each("an elementwise operation of its own", in: -3...3) { softplus($0) },
    each("blocks of its own") { half($0) },
    pair("four operands") { sumOfProducts($0, $1, $1 * 2, $0 + 1) },
    each("in the middle of a chain") { tanh(softplus($0 * 2) + half($0)) },
    each("a custom gradient", in: -3...3) { composedSoftplus($0) },
    [
      OperationCase("a kernel of its own", x([7, 5]), .integers("labels", [7], in: 0..<4)) {
        $0[0].summed(by: $0[1], classes: 4)
      },
      OperationCase("between products", x([5, 4]), x([4, 3], "w"), x([3, 2], "v")) {
        matmul(softplus(matmul(softplus($0[0]), $0[1])), $0[2])
      },
      OperationCase("reduced", x([6, 5])) { softplus($0[0]).sum(axes: [0]) },
    ],
  ].flatMap { $0 }
}
