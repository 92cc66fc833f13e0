import Foundation

/// An ONNX graph under construction: its inputs and outputs, nodes in order, and the constants they read
/// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
struct ONNXGraph {
  /// The element types that are used, by their numbers in `TensorProto.DataType`.
  enum Element: Int {
    case float = 1
    case uint8 = 2
    case int64 = 7
    case bool = 9
  }

  /// The setting of a node.
  enum Attribute {
    case int(Int)
    case ints([Int])
  }

  /// The extent of an axis of an input or an output.
  enum Extent {
    case fixed(Int)
    case named(String)
  }

  /// The version of the operators: opset 17, and the file format that goes with it.
  static let (operatorSet, fileFormat) = (17, 8)

  private enum Field {
    static let (node, name, initializer, input, output) = (1, 2, 5, 11, 12)
  }

  private var content = ProtocolBuffer()
  private var count = 0
  private var known: [[Int64]: String] = [:]

  /// Adds an input.
  mutating func addInput(_ name: String, _ element: Element, _ shape: [Extent]) {
    content.add(Field.input, ONNXGraph.port(name, element, shape).bytes)
  }

  /// Adds an output, the result of a node of that name.
  mutating func addOutput(_ name: String, _ element: Element, _ shape: [Extent]) {
    content.add(Field.output, ONNXGraph.port(name, element, shape).bytes)
  }

  private static func port(_ name: String, _ element: Element, _ shape: [Extent]) -> ProtocolBuffer {
    var extents = ProtocolBuffer()
    for extent in shape {
      var dimension = ProtocolBuffer()
      switch extent {
      case .fixed(let count): dimension.add(1, count)
      case .named(let name): dimension.add(2, name.utf8)
      }
      extents.add(1, dimension.bytes)
    }
    var tensor = ProtocolBuffer()
    tensor.add(1, element.rawValue)
    tensor.add(2, extents.bytes)
    var type = ProtocolBuffer()
    type.add(1, tensor.bytes)
    var port = ProtocolBuffer()
    port.add(1, name.utf8)
    port.add(2, type.bytes)
    return port
  }

  /// Adds a constant of real numbers and returns its name.
  mutating func constant(_ values: [Float], _ shape: [Int]) -> String {
    values.withUnsafeBytes { constant($0, .float, shape) }
  }

  /// Adds a vector of whole numbers, once, and returns its name.
  mutating func constant(_ values: [Int]) -> String {
    let values = values.map { Int64($0) }
    if let name = known[values] { return name }
    let name = values.withUnsafeBytes { constant($0, .int64, [values.count]) }
    known[values] = name
    return name
  }

  /// Adds a whole number and returns its name.
  mutating func constant(scalar value: Int) -> String {
    withUnsafeBytes(of: Int64(value)) { constant($0, .int64, []) }
  }

  private mutating func constant(
    _ bytes: UnsafeRawBufferPointer, _ element: Element, _ shape: [Int]
  ) -> String {
    let name = newName("constant")
    var tensor = ProtocolBuffer()
    for extent in shape { tensor.add(1, extent) }
    tensor.add(2, element.rawValue)
    tensor.add(8, name.utf8)
    tensor.add(9, bytes)
    content.add(Field.initializer, tensor.bytes)
    return name
  }

  /// Adds a node and returns the name of its result.
  ///
  /// - Parameters:
  ///   - layer: The path of the layer, which the name begins with.
  ///   - output: The result's name, if it is that of an output.
  mutating func node(
    _ operation: String, _ inputs: [String], _ attributes: [(name: String, value: Attribute)] = [],
    layer: String = "", to output: String? = nil
  ) -> String {
    let name = newName(layer.isEmpty ? operation : "\(layer)/\(operation)")
    let result = output ?? name
    var node = ProtocolBuffer()
    for input in inputs { node.add(1, input.utf8) }
    node.add(2, result.utf8)
    node.add(3, name.utf8)
    node.add(4, operation.utf8)
    for attribute in attributes {
      var setting = ProtocolBuffer()
      setting.add(1, attribute.name.utf8)
      switch attribute.value {
      case .int(let value):
        setting.add(3, value)
        setting.add(20, 2)
      case .ints(let values):
        for value in values { setting.add(8, value) }
        setting.add(20, 7)
      }
      node.add(5, setting.bytes)
    }
    content.add(Field.node, node.bytes)
    return result
  }

  private mutating func newName(_ stem: String) -> String {
    count += 1
    return "\(stem)_\(count)"
  }

  /// Returns the file: the graph with its version and metadata.
  func file(_ metadata: [String: String]) -> [UInt8] {
    var graph = content
    graph.add(Field.name, "network".utf8)
    var operators = ProtocolBuffer()
    operators.add(1, "".utf8)
    operators.add(2, ONNXGraph.operatorSet)
    var model = ProtocolBuffer()
    model.add(1, ONNXGraph.fileFormat)
    model.add(2, "Loupe".utf8)
    model.add(3, Loupe.version.utf8)
    model.add(7, graph.bytes)
    model.add(8, operators.bytes)
    for (key, value) in metadata.inKeyOrder {
      var entry = ProtocolBuffer()
      entry.add(1, key.utf8)
      entry.add(2, value.utf8)
      model.add(14, entry.bytes)
    }
    return model.bytes
  }
}
