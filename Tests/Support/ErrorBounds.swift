import Autodiff

/// The values of a graph in double precision, and how far from them the numbers of a program of mixed
/// precision may be.
///
/// bfloat16 has 8 bits of precision: rounding to nearest moves a number x by at most u |x|, with u = 2^-8.
/// From this follows, for each element of each node, a bound on the error:
///
/// - A number within e of x that is stored rounded is within e + u (|x| + e).
/// - The operands of products are rounded again, as they are read. Of operands within α of a and within β of
///   b, each term of the product B(a, b) is at most (|a| + α) (|b| + β) - |a| |b| off, and so the sum is at
///   most B(|a| + α, |b| + β) - B(|a|, |b|).
/// - What is linear in its operand, with coefficients that are not negative (sums, averages, what only moves
///   elements), is at most itself of the errors off.
/// - A function of single elements, and the largest of several, are monotone in each operand where they are
///   used here, so that the largest error is at a corner of the box of the operands' errors.
/// - The mean is off by at most the mean of the errors e, m; the variance, the mean of d^2 for deviations d,
///   by at most the mean of 2 |d| (e + m) + (e + m)^2.
///
/// Single precision adds at most `allowance` times the sum of the magnitudes of the terms of a sum; of
/// products, of the largest sum, as Winograd's filtering adds and subtracts those of neighbors. This is what
/// the tests of single precision allow.
public struct ErrorBounds {
  /// Rounding to bfloat16.
  public static let unit = 0x1p-8
  private static let allowance = 2e-5

  /// The value of every node.
  public let values: [[Double]]
  let graph: Graph

  /// Evaluates a graph.
  ///
  /// - Parameters:
  ///   - graph: The graph after all passes, in double precision.
  ///   - inputs: The values of inputs by name, and of variables by path.
  public init(_ graph: Graph, inputs: [String: Value<Double>]) {
    let interpreter = Interpreter<Double>(graph, inputs: inputs, variables: inputs)
    values = interpreter.values.map { if case .real(let reals, _) = $0 { reals } else { [] } }
    self.graph = graph
  }

  /// Returns the largest error of each element of every node.
  ///
  /// - Parameter rounded: The nodes whose values are stored in bfloat16.
  public func errors(ofRounded rounded: Set<Int>) -> [[Double]] {
    graph.nodes.indices.reduce(into: []) { errors, id in
      let error = error(id, errors)
      errors.append(rounded.contains(id) ? ErrorBounds.rounding(values[id], error) : error)
    }
  }

  /// Returns whether every stored tensor and every operand of a product is of numbers in bfloat16, which
  /// rounding leaves as they are.
  ///
  /// - Parameter rounded: The nodes whose values are stored in bfloat16.
  public func isExact(ofRounded rounded: Set<Int>) -> Bool {
    var read = rounded
    for node in graph.nodes where ErrorBounds.isProduct(node) { read.formUnion(node.operands) }
    return read.allSatisfy {
      values[$0].allSatisfy { Float($0).bitPattern & 0xFFFF == 0 && Double(Float($0)) == $0 }
    }
  }

  static func isProduct(_ node: Node) -> Bool {
    let operation = node.operation.definition
    return operation is any ContractionOperation || operation is ConvolutionWeightGradient
  }

  private static func rounding(_ values: [Double], _ errors: [Double]) -> [Double] {
    zip(values, errors).map { $1 + unit * (Swift.abs($0) + $1) }
  }

  private func error(_ id: Int, _ errors: [[Double]]) -> [Double] {
    let node = graph.nodes[id]
    guard let operation = node.operation.definition, node.type.element.isReal else {
      return [Double](repeating: 0, count: values[id].count)
    }
    func evaluate(_ operands: [[Double]]) -> [Double] {
      let shapes = node.operands.map { graph.nodes[$0].type.shape }
      return operation.checkedElements(Operands(zip(operands, shapes).map { .real($0, $1) }), as: node.type)
    }
    if ErrorBounds.isProduct(node) { return productError(node, errors, evaluate) }
    switch operation {
    case let moments as Moments: return momentsError(node, values[id], moments, errors, evaluate)
    case is any Elementwise, is MaxPool2D: return cornerError(node, values[id], errors, evaluate)
    case is Sum, is Reshape, is Transpose, is Slice, is Pad, is Concatenate, is Entry, is AveragePool2D,
      is AveragePool2DGradient, is OptimizationBarrier:
      let terms = evaluate(node.operands.map { values[$0].map(Swift.abs) })
      return zip(evaluate(node.operands.map { errors[$0] }), terms).map { $0 + ErrorBounds.allowance * $1 }
    default: fatalError("no bound is known for \(node.operation.name)")
    }
  }

  private func productError(
    _ node: Node, _ errors: [[Double]], _ evaluate: ([[Double]]) -> [Double]
  ) -> [Double] {
    let magnitudes = node.operands.map { values[$0].map(Swift.abs) }
    let largest = zip(node.operands, magnitudes).map { operand, magnitude in
      zip(magnitude, ErrorBounds.rounding(magnitude, errors[operand])).map { $0 + $1 }
    }
    let sums = evaluate(largest)
    let single = ErrorBounds.allowance * (sums.max() ?? 0)
    return zip(sums, evaluate(magnitudes)).map { $0 - $1 + single }
  }

  private func cornerError(
    _ node: Node, _ value: [Double], _ errors: [[Double]], _ evaluate: ([[Double]]) -> [Double]
  ) -> [Double] {
    let operands = Array(Set(node.operands)).sorted().filter { errors[$0].contains { $0 > 0 } }
    var largest = value.map { ErrorBounds.allowance * Swift.abs($0) }
    for corner in 0..<(operands.isEmpty ? 0 : 1 << operands.count) {
      let moved = node.operands.map { operand -> [Double] in
        guard let index = operands.firstIndex(of: operand) else { return values[operand] }
        let sign = corner >> index & 1 == 0 ? 1.0 : -1.0
        return zip(values[operand], errors[operand]).map { $0 + sign * $1 }
      }
      for (place, found) in evaluate(moved).enumerated() {
        let error = Swift.abs(found - value[place]) + ErrorBounds.allowance * Swift.abs(found)
        largest[place] = error.isNaN ? .infinity : Swift.max(largest[place], error)
      }
    }
    return largest
  }

  private func momentsError(
    _ node: Node, _ value: [Double], _ moments: Moments, _ errors: [[Double]],
    _ evaluate: ([[Double]]) -> [Double]
  ) -> [Double] {
    let (operand, places) = (node.operands[0], value.count / 2)
    func means(_ x: [Double]) -> [Double] { Array(evaluate([x]).prefix(places)) }
    let ofMeans = means(errors[operand])
    let shifts = spread(ofMeans, to: operand, axes: moments.axes)
    let deviations = deviations(of: operand, from: Array(value.prefix(places)), axes: moments.axes)
    let ofVariances = means(
      deviations.indices.map { index in
        let error = errors[operand][index] + shifts[index]
        return 2 * Swift.abs(deviations[index]) * error + error * error
      })
    let magnitudes = means(values[operand].map(Swift.abs)) + value.suffix(places)
    return zip(ofMeans + ofVariances, magnitudes).map { $0 + ErrorBounds.allowance * $1 }
  }

  /// Returns the elements of a node less those of a tensor without some of its axes.
  func deviations(of id: Int, from means: [Double], axes: [Int]) -> [Double] {
    zip(values[id], spread(means, to: id, axes: axes)).map { $0 - $1 }
  }

  // Returns the elements of a tensor without some axes of a node, repeated along them.
  private func spread(_ means: [Double], to id: Int, axes: [Int]) -> [Double] {
    let shape = graph.nodes[id].type.shape
    let kept = shape.reduced(axes: axes, keepingDimensions: true)
    return Broadcast(shape: shape).checkedElements(
      Operands([.real(means, kept)]), as: TensorType(shape, .float64))
  }
}
