import Autodiff

/// A graph drawn at random: a few dozen operations on tensors of odd shapes, variables with updates, and
/// outputs.
struct RandomGraph {
  let graph: GraphBuilder
  private(set) var outputs: [Tensor] = []
  private var generator: CounterGenerator
  // Without kinks and with gradients, or with kinks and without: a derivative next to a kink follows from
  // rounding.
  private let isSmooth: Bool
  private var pool: [Tensor] = []
  private var leaves: [(name: String, shape: Shape)] = []
  private let indices: Tensor
  private static let indexCount = 6
  private static let mostElements = 3000

  /// The graph of a number; half of them contain gradients.
  init(seed: Int, precision: ElementType) {
    graph = GraphBuilder(precision: precision)
    generator = CounterGenerator(seed: UInt64(seed))
    isSmooth = seed.isMultiple(of: 2)
    indices = graph.input("indices", [RandomGraph.indexCount], .int32)
    let tape = Tape(graph)
    for _ in 0..<3 { pool.append(addInput(drawnShape())) }
    let variables = addVariables()
    pool += variables
    for _ in 0..<within(10...40) { pool.append(nextTensor()) }
    addUpdates(of: variables, tape)
    outputs = (0..<3).map { _ in anyOf(pool) } + [pool[pool.count - 1]]
  }

  /// Values for every input and variable.
  func values<T: Real>(as type: T.Type) -> (inputs: [String: Value<T>], variables: [String: Value<T>]) {
    var generator = CounterGenerator(seed: 1, graph.nodes.count)
    func drawn(_ shape: Shape) -> Value<T> {
      .real((0..<shape.count).map { _ in T(Float(generator.uniform(-1...1))) }, shape)
    }
    var inputs: [String: Value<T>] = [:]
    for leaf in leaves { inputs[leaf.name] = drawn(leaf.shape) }
    inputs["indices"] = .index([3, 0, 1, 1, 7, -1], [RandomGraph.indexCount])
    let variables = graph.variables.map { ($0.path, drawn($0.type.shape)) }
    return (inputs, Dictionary(uniqueKeysWithValues: variables))
  }

  // MARK: leaves

  private mutating func addInput(_ shape: Shape) -> Tensor {
    let name = "x\(leaves.count)"
    leaves.append((name, shape))
    return graph.input(name, shape)
  }

  // Three of one shape, one of another with as many elements, and one of any.
  private mutating func addVariables() -> [Tensor] {
    let shape = drawnShape()
    let shapes = [shape, shape, shape, Shape([shape.count]), drawnShape()]
    return shapes.enumerated().map { index, shape in
      graph.variable("v\(index)", shape, role: .weight, initializer: .zeros)
    }
  }

  private mutating func drawnShape() -> Shape {
    if chance(0.05) { return [700, 33] }
    if chance(0.1) { return [2, within(2...6), within(3...6), anyOf([1, 3, 4, 16])] }
    let extents = [1, 1, 2, 3, 5, 7, 16, 17, 33]
    while true {
      let shape = Shape((0..<within(0...4)).map { _ in anyOf(extents) })
      if shape.count <= RandomGraph.mostElements { return shape }
    }
  }

  private mutating func leaf(_ shape: Shape) -> Tensor {
    switch within(0...3) {
    case 0: return graph.constant(generator.uniform(-1...1), shape)
    case 1:
      let values = (0..<shape.count).map { _ in Double(Float(generator.uniform(-1...1))) }
      return graph.constant(values, shape)
    default: return addInput(shape)
    }
  }

  // MARK: operations

  private mutating func nextTensor() -> Tensor {
    // Mostly one of the latest, so that the graph is deep.
    let x = chance(0.6) ? anyOf(Array(pool.suffix(4))) : anyOf(pool)
    switch within(0...11) {
    case 0...2: return unary(x)
    case 3...5: return binary(x)
    case 6, 7: return reduced(x)
    case 8, 9: return moved(x)
    default: return product(x)
    }
  }

  private mutating func unary(_ x: Tensor) -> Tensor {
    let positive = x * x + 0.5
    switch within(0...(isSmooth ? 13 : 16)) {
    case 0: return tanh(x)
    case 1: return sigmoid(x)
    case 2: return -x
    case 3: return exp(tanh(x))
    case 4: return erf(x)
    case 5: return sqrt(positive)
    case 6: return rsqrt(positive)
    case 7: return log(positive)
    case 8: return pow(positive, 0.7)
    case 9: return pow(x, 2) * 0.3
    case 10: return 1 - x * 0.5
    case 11: return x / 2 + 0
    case 12: return stopGradient(x) * 1
    case 13: return gelu(x)
    case 14: return relu(x)
    case 15: return abs(x)
    default: return maximum(x, 0.2)
    }
  }

  private mutating func binary(_ x: Tensor) -> Tensor {
    let y = partner(of: x)
    switch within(0...(isSmooth ? 5 : 7)) {
    case 0: return x + y
    case 1: return x - y
    case 2: return bounded(x * y)
    case 3: return bounded(y * x)
    case 4: return x / (y * y + 1)
    case 5: return select(mask(x.shape), x, y)
    case 6: return maximum(x, y)
    default: return minimum(x, y)
    }
  }

  // A tensor that broadcasts with `x`: one that is there, or a new one.
  private mutating func partner(of x: Tensor) -> Tensor {
    let fitting = pool.filter { other in
      x.shape.broadcast(with: other.shape).map { $0.count <= RandomGraph.mostElements } ?? false
    }
    if chance(0.7), !fitting.isEmpty { return anyOf(fitting) }
    return leaf(stretchable(to: x.shape))
  }

  private mutating func stretchable(to shape: Shape) -> Shape {
    let dropped = chance(0.5) ? within(0...shape.rank) : 0
    return Shape(shape.dimensions.dropFirst(dropped).map { chance(0.3) ? 1 : $0 })
  }

  // Compares what is the same to the last bit however the graph is computed.
  private mutating func mask(_ shape: Shape) -> Tensor {
    let x = addInput(stretchable(to: shape))
    return chance(0.5) ? x .> 0.1 : 0.3 * x .<= x
  }

  private mutating func bounded(_ x: Tensor) -> Tensor {
    chance(0.3) ? tanh(x) : x * rsqrt(x * x + 1)
  }

  private mutating func reduced(_ x: Tensor) -> Tensor {
    guard x.shape.rank > 0 else { return unary(x) }
    let some = (0..<x.shape.rank).filter { _ in chance(0.5) }
    let axes = some.isEmpty ? [within(0...x.shape.rank - 1)] : some
    let keeping = chance(0.5)
    switch within(0...(isSmooth ? 6 : 8)) {
    case 0: return bounded(x.sum(axes: axes, keepingDimensions: keeping))
    case 1: return x.mean(axes: axes, keepingDimensions: keeping)
    case 2: return x.logSumExp(axes: axes, keepingDimensions: keeping)
    case 3: return x.moments(axes: axes).variance
    case 4:
      let (mean, variance) = x.moments(axes: chance(0.5) ? Array(0..<x.shape.rank - 1) : axes)
      return (x - mean) * rsqrt(variance + 0.3)
    case 5: return softmax(x, axes: axes)
    case 6: return x.l2Normalized(axis: axes[0], epsilon: 0.1)
    case 7: return x.max(axes: axes, keepingDimensions: keeping)
    default: return x.min(axes: axes, keepingDimensions: keeping)
    }
  }

  private mutating func moved(_ x: Tensor) -> Tensor {
    let (shape, rank) = (x.shape, x.shape.rank)
    guard rank > 0 else { return x.broadcast(to: [1, 3]) }
    let axis = within(0...rank - 1)
    switch within(0...6) {
    case 0: return x.reshaped(to: reshaped(shape))
    case 1:
      return x.transposed((0..<rank).shuffled(using: &generator))
    case 2:
      let lower = within(0...shape[axis] - 1)
      return x.sliced(lower..<within(lower + 1...shape[axis]), axis: axis)
    case 3:
      guard shape.count * 4 <= RandomGraph.mostElements else { return x.sliced(0..<1, axis: axis) }
      return x.padded(
        low: (0..<rank).map { _ in within(0...1) }, high: (0..<rank).map { _ in chance(0.2) ? 2 : 0 })
    case 4:
      let others = shape.reduced(axes: [axis], keepingDimensions: true)
      let parts = pool.filter {
        $0.shape.rank == rank && $0.shape.reduced(axes: [axis], keepingDimensions: true) == others
      }
      return concatenate([x, anyOf(parts), x], axis: axis)
    case 5:
      guard shape.count < 500 else { return x }
      return x.broadcast(to: Shape([within(1...3)] + shape.dimensions.map { $0 == 1 ? within(1...3) : $0 }))
    default:
      guard shape.count / shape[0] < 500 else { return x }
      return x.gathered(indices)
    }
  }

  private mutating func reshaped(_ shape: Shape) -> Shape {
    var extents = shape.dimensions
    switch within(0...3) {
    case 0: return [shape.count]
    case 1: extents.insert(1, at: within(0...extents.count))
    case 2 where extents.count > 1:
      let axis = within(0...extents.count - 2)
      extents[axis] *= extents.remove(at: axis + 1)
    default:
      let axis = within(0...extents.count - 1)
      guard let factor = [2, 3, 4, 5].first(where: { extents[axis].isMultiple(of: $0) }) else { return shape }
      extents[axis] /= factor
      extents.insert(factor, at: axis)
    }
    return Shape(extents)
  }

  private mutating func product(_ x: Tensor) -> Tensor {
    let shape = x.shape
    if shape.rank == 4, shape[1] > 2, shape[2] > 2, shape[1] * shape[2] < 200, shape[3] < 40 {
      return spatial(x)
    }
    guard shape.rank >= 2, shape.rank < 4 else { return binary(x) }
    let (transposeA, transposeB) = (chance(0.3), chance(0.3))
    let (inner, outer) = (shape[transposeA ? -2 : -1], anyOf([1, 3, 5, 16, 17]))
    let leading = shape.dimensions.dropLast(2)
    let y = leaf(Shape(leading + (transposeB ? [outer, inner] : [inner, outer])))
    var result = matmul(x, y, transposeA: transposeA, transposeB: transposeB)
    if chance(0.5) { result = result + leaf([outer]) }
    return bounded(result)
  }

  private mutating func spatial(_ x: Tensor) -> Tensor {
    let channels = x.shape[3]
    if chance(0.2) { return averagePool2d(x, window: 2, stride: within(1...2)) }
    if !isSmooth, chance(0.3) { return maxPool2d(x, window: 3, stride: within(1...2), padding: 1) }
    let groups = channels.isMultiple(of: 2) && chance(0.3) ? 2 : 1
    let (kernel, outputs) = (anyOf([1, 3]), anyOf([2, 4, 16]))
    var result = conv2d(
      x, leaf([kernel, kernel, channels / groups, outputs]), stride: within(1...2), padding: kernel / 2,
      groups: groups)
    if chance(0.4) {
      let (mean, variance) = result.moments(axes: [0, 1, 2])
      result = (result - mean) * (leaf([outputs]) * rsqrt(variance + 0.3))
    }
    if result.shape[3] == channels, result.shape == x.shape, chance(0.5) { result = result + x }
    return isSmooth ? bounded(result) : relu(bounded(result))
  }

  // MARK: updates

  private mutating func addUpdates(of variables: [Tensor], _ tape: Tape) {
    let loss = bounded(pool[pool.count - 1]).mean()
    let gradients = isSmooth ? tape.gradients(of: loss, for: variables) : []
    for (index, variable) in variables.enumerated() where chance(0.8) {
      if isSmooth, chance(0.6) {
        graph.update(variable, to: variable - gradients[index] * 0.1)
        continue
      }
      graph.update(variable, to: newValue(of: variable))
    }
  }

  private mutating func newValue(of variable: Tensor) -> Tensor {
    let same = pool.filter { $0.shape == variable.shape }
    switch within(0...4) {
    case 0: return anyOf(same)
    case 1: return variable * 0.9 + anyOf(same) * 0.1
    case 2:
      return anyOf(pool.filter { $0.shape.count == variable.shape.count }).reshaped(to: variable.shape)
    case 3: return leaf(variable.shape)
    default:
      let fitting = pool.filter { $0.shape.broadcast(with: variable.shape) == variable.shape }
      return bounded(variable + anyOf(fitting))
    }
  }

  // MARK: chance

  private mutating func chance(_ probability: Double) -> Bool { generator.chance(probability) }

  private mutating func within(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  private mutating func anyOf<Element>(_ elements: [Element]) -> Element {
    elements[within(0...elements.count - 1)]
  }
}
