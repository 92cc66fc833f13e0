/// An operation that computes each element of its result from its operands' elements at the same index, with
/// broadcasting.
///
/// The compiler fuses it with its neighbors, whichever module defines it: into loops, and into the prologues
/// and epilogues of products.
///
///     struct Softplus: Elementwise {
///       static var arity: Int { 1 }
///
///       func element<T: Real>(_ x: Elements<T>) -> T { max(x[0], 0) + T.log(1 + T.exp(-abs(x[0]))) }
///
///       func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
///         [upstream * sigmoid(operands[0])]
///       }
///     }
///
///     func softplus(_ x: Tensor) -> Tensor { x.graph.apply(Softplus(), to: [x]) }
public protocol Elementwise: TensorOperation, ElementFormula {
  /// Whether computing it twice costs more than materializing its result, as for a logarithm; false by
  /// default.
  var isCostly: Bool { get }
}

extension Elementwise {
  public var isCostly: Bool { false }

  public func lowering(_ operands: [TensorType]) -> Lowering { .elementwise(self) }

  public func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    contract(operands.count == Self.arity, "\(name) takes \(Self.arity) operands")
    try requireReals(operands, assuming: operands.first { $0.element.isReal })
    var shape = operands[0].shape
    for operand in operands {
      guard let common = shape.broadcast(with: operand.shape) else {
        throw ShapeError(
          "\(name) cannot broadcast its operands to a common shape.",
          expected: "axes equal to those of \(shape), or 1", found: "\(operand.shape)", assuming: operands[0])
      }
      shape = common
    }
    return TensorType(shape, operands[0].element)
  }

  public func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let values = operands.values.map { stretched($0.reals, $0.shape, to: type.shape) }
    return elements(of: self, values, count: type.shape.count)
  }
}

// Returns the result for operands of equal shapes.
@specialized(where T == Double)
@specialized(where T == Float)
private func elements<T: Real>(of operation: any Elementwise, _ values: [[T]], count: Int) -> [T] {
  let all = values.flatMap { $0 }
  return all.withUnsafeBufferPointer { all in
    guard let first = all.baseAddress else { return [] }
    let operands = values.indices.map { first + $0 * count }
    return operands.withUnsafeBufferPointer { operands in
      guard let operands = operands.baseAddress else { return [] }
      return (0..<count).map { operation.element(Elements(operands, at: $0)) }
    }
  }
}

// Returns the elements of a tensor broadcast to a larger shape.
@specialized(where T == Double)
@specialized(where T == Float)
private func stretched<T: Real>(_ x: [T], _ shape: Shape, to larger: Shape) -> [T] {
  if shape == larger { return x }
  let walk = IndexWalk(larger, strides: shape.strides(broadcastTo: larger))
  return (0..<larger.count).map { x[walk[$0]] }
}

/// An iterator over the offsets of a strided tensor's elements, in row-major order.
struct IndexWalk {
  private let extents: [Int]
  private let strides: [Int]

  init(_ shape: Shape, strides: [Int]) {
    extents = shape.dimensions
    self.strides = strides
  }

  subscript(index: Int) -> Int {
    var (rest, offset) = (index, 0)
    for axis in extents.indices.reversed() {
      offset += rest % extents[axis] * strides[axis]
      rest /= extents[axis]
    }
    return offset
  }
}

extension Tensor {
  /// Returns this gradient summed over the axes along which an operand of `shape` was broadcast: the last
  /// step in the gradient of an operation with broadcasting.
  ///
  /// - Parameter shape: The operand's shape before broadcasting.
  public func unbroadcast(to shape: Shape) -> Tensor {
    if self.shape == shape { return self }
    return sum(axes: shape.axesStretched(in: self.shape)).reshaped(to: shape)
  }
}
