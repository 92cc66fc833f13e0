import Foundation

/// A reference interpreter of the ONNX operators that exported networks use, in double precision, by the
/// operators' descriptions (opset 17).
public struct ONNXInterpreter {
  /// The reason that a graph cannot be computed.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  private let file: ONNXFile

  public init(_ file: ONNXFile) { self.file = file }

  /// Returns the outputs for inputs by name.
  public func run(_ inputs: [String: ONNXFile.Tensor]) throws -> [String: ONNXFile.Tensor] {
    var values = file.constants.merging(inputs) { $1 }
    for node in file.nodes {
      let operands = try node.inputs.map { name in
        guard let value = values[name] else { throw Failure(description: "\(node.name) reads no \(name)") }
        return value
      }
      guard let result = try result(of: node, operands) else {
        throw Failure(description: "\(node.operation) is unknown")
      }
      guard result.shape.reduce(1, *) == result.values.count else {
        throw Failure(description: "\(node.name) has \(result.values.count) elements for \(result.shape)")
      }
      values[node.outputs[0]] = result
    }
    return Dictionary(
      uniqueKeysWithValues: file.outputs.compactMap { port in
        values[port.name].map { (port.name, $0) }
      })
  }

  private func result(of node: ONNXFile.Node, _ x: [ONNXFile.Tensor]) throws -> ONNXFile.Tensor? {
    if let function = ONNXInterpreter.unary[node.operation] {
      return ONNXFile.Tensor(x[0].shape, x[0].values.map(function))
    }
    if let function = ONNXInterpreter.binary[node.operation] {
      return try broadcast(x) { function($0[0], $0[1]) }
    }
    switch node.operation {
    case "Where": return try broadcast(x) { $0[0] != 0 ? $0[1] : $0[2] }
    case "Cast":
      return node.settings["to"] == [9]
        ? ONNXFile.Tensor(x[0].shape, x[0].values.map { $0 != 0 ? 1 : 0 }) : x[0]
    default: break
    }
    return try moved(node, x) ?? reduced(node, x) ?? products(node, x)
  }

  private static let unary: [String: @Sendable (Double) -> Double] = [
    "Abs": { abs($0) }, "Neg": { -$0 }, "Exp": { exp($0) }, "Log": { log($0) }, "Sqrt": { $0.squareRoot() },
    "Tanh": { tanh($0) }, "Sigmoid": { 1 / (1 + exp(-$0)) }, "Erf": { erf($0) }, "Relu": { max($0, 0) },
    "Reciprocal": { 1 / $0 }, "Identity": { $0 },
  ]

  private static let binary: [String: @Sendable (Double, Double) -> Double] = [
    "Add": { $0 + $1 }, "Sub": { $0 - $1 }, "Mul": { $0 * $1 }, "Div": { $0 / $1 }, "Max": { max($0, $1) },
    "Min": { min($0, $1) }, "Pow": { pow($0, $1) }, "Less": { $0 < $1 ? 1 : 0 },
    "LessOrEqual": { $0 <= $1 ? 1 : 0 }, "Equal": { $0 == $1 ? 1 : 0 },
  ]
}

/// Returns the row-major strides of a shape.
func strides(_ shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
  return strides
}

/// Returns the tensor of a shape whose element at an index is `element`.
func filled(_ shape: [Int], _ element: ([Int]) -> Double) -> ONNXFile.Tensor {
  var index = [Int](repeating: 0, count: shape.count)
  let values = (0..<shape.reduce(1, *)).map { _ in
    let value = element(index)
    for axis in shape.indices.reversed() {
      index[axis] += 1
      if index[axis] < shape[axis] { break }
      index[axis] = 0
    }
    return value
  }
  return ONNXFile.Tensor(shape, values)
}

extension ONNXFile.Tensor {
  subscript(index: [Int]) -> Double {
    values[zip(index, strides(shape)).map { $0 * $1 }.reduce(0, +)]
  }

  var ints: [Int] { values.map { Int($0) } }
}

/// Applies a function to elements at the same place, with broadcasting.
private func broadcast(
  _ x: [ONNXFile.Tensor], _ function: ([Double]) -> Double
) throws -> ONNXFile.Tensor {
  let shape = try commonShape(x.map(\.shape))
  if x.allSatisfy({ $0.shape == shape }) {
    let values = x[0].values.indices.map { place in function(x.map { $0.values[place] }) }
    return ONNXFile.Tensor(shape, values)
  }
  return filled(shape) { index in
    function(x.map { $0[zip($0.shape, index.suffix($0.shape.count)).map { $0 == 1 ? 0 : $1 }] })
  }
}

/// Returns the shape that all of these are broadcast to.
func commonShape(_ shapes: [[Int]]) throws -> [Int] {
  let rank = shapes.map(\.count).max() ?? 0
  return try (0..<rank).map { axis in
    let extents = shapes.compactMap { axis - (rank - $0.count) < 0 ? nil : $0[axis - (rank - $0.count)] }
    let extent = extents.first { $0 != 1 } ?? 1
    guard extents.allSatisfy({ $0 == 1 || $0 == extent }) else {
      throw ONNXInterpreter.Failure(description: "\(shapes) do not broadcast")
    }
    return extent
  }
}
