import Autodiff

/// The errors to expect, where those of `errors(ofRounded:)` are the largest possible: bounds on sums of many terms
/// are far from what becomes of errors of either sign.
///
/// Rounding moves a number between 2^k and 2^(k + 1) by an error that is uniform in half of 2^(k - 7) to both sides,
/// with a variance of 2^(2 k - 14) / 12. Errors of different elements are taken for independent, so that variances
/// add up: those of a product B(a, b) with variances v and w are B(v, b^2) + B(a^2, w) + B(v, w), those of a
/// function of elements the sum of the squares of what a deviation of each operand changes, to one side or the other:
/// so a comparison whose operands may change places counts as changed.
extension ErrorBounds {
  /// Returns the variance of the error of each element of every node.
  ///
  /// - Parameter rounded: The nodes whose values are stored in bfloat16.
  public func variances(ofRounded rounded: Set<Int>) -> [[Double]] {
    graph.nodes.indices.reduce(into: []) { variances, id in
      let variance = variance(id, variances, rounded)
      variances.append(
        rounded.contains(id) ? zip(variance, values[id]).map { $0 + Self.ofRounding($1) } : variance)
    }
  }

  private static func ofRounding(_ x: Double) -> Double {
    if x == 0 { return 0 }
    let step = x.binade.magnitude * 0x1p-7
    return step * step / 12
  }

  private func variance(_ id: Int, _ variances: [[Double]], _ rounded: Set<Int>) -> [Double] {
    let node = graph.nodes[id]
    guard let operation = node.operation.definition, node.type.element.isReal else {
      return [Double](repeating: 0, count: values[id].count)
    }
    func evaluate(_ operands: [[Double]]) -> [Double] {
      let shapes = node.operands.map { graph.nodes[$0].type.shape }
      return operation.checkedElements(Operands(zip(operands, shapes).map { .real($0, $1) }), as: node.type)
    }
    if ErrorBounds.isProduct(node) {
      let squares = node.operands.map { values[$0].map { $0 * $0 } }
      let read = node.operands.map { operand in
        rounded.contains(operand)
          ? variances[operand] : zip(variances[operand], values[operand]).map { $0 + Self.ofRounding($1) }
      }
      let sums = [[read[0], squares[1]], [squares[0], read[1]], [read[0], read[1]]].map(evaluate)
      return sums[0].indices.map { sums[0][$0] + sums[1][$0] + sums[2][$0] }
    }
    switch operation {
    case let moments as Moments:
      let (operand, places) = (node.operands[0], values[id].count / 2)
      let count = Double(values[operand].count / max(1, places))
      let deviations = deviations(of: operand, from: Array(values[id].prefix(places)), axes: moments.axes)
      let ofVariances = zip(deviations, variances[operand]).map { 4 * $0 * $0 * $1 }
      return [variances[operand], ofVariances].flatMap { evaluate([$0]).prefix(places).map { $0 / count } }
    case is any Elementwise, is MaxPool2D:
      var sum = [Double](repeating: 0, count: values[id].count)
      for moving in Set(node.operands) where variances[moving].contains(where: { $0 > 0 }) {
        var largest = [Double](repeating: 0, count: sum.count)
        for sign in [1.0, -1.0] {
          let moved = evaluate(
            node.operands.map { operand in
              operand == moving
                ? zip(values[operand], variances[operand]).map { $0 + sign * $1.squareRoot() }
                : values[operand]
            })
          for place in moved.indices {
            let change = moved[place] - values[id][place]
            largest[place] = Swift.max(largest[place], change * change)
          }
        }
        for place in sum.indices { sum[place] += largest[place] }
      }
      return sum
    case let pool as AveragePool2D:
      return evaluate(node.operands.map { variances[$0] }).map { $0 / Double(pool.window.area) }
    case let pool as AveragePool2DGradient:
      return evaluate(node.operands.map { variances[$0] }).map { $0 / Double(pool.window.area) }
    default: return evaluate(node.operands.map { variances[$0] })
    }
  }
}
