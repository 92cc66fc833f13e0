/// An ONNX file as the tests read it: by the description of the format, not by what writes it.
public struct ONNXFile {
  /// A tensor: its shape and its elements in row-major order.
  public struct Tensor: Sendable {
    public var shape: [Int]
    public var values: [Double]

    public init(_ shape: [Int], _ values: [Double]) {
      self.shape = shape
      self.values = values
    }
  }

  /// A node of the graph.
  public struct Node {
    public let name: String
    public let operation: String
    public let inputs: [String]
    public let outputs: [String]
    /// Its settings; a whole number is a list of one.
    public let settings: [String: [Int]]
  }

  /// An input or an output; an extent that is a name is nil.
  public struct Port: Equatable, Sendable {
    public let name: String
    public let element: Int
    public let shape: [Int?]

    public init(name: String, element: Int, shape: [Int?]) {
      self.name = name
      self.element = element
      self.shape = shape
    }
  }

  public let operatorSet: Int
  public let metadata: [String: String]
  public let nodes: [Node]
  public let inputs: [Port]
  public let outputs: [Port]
  public let constants: [String: Tensor]

  /// Reads a file.
  public init(_ bytes: [UInt8]) throws {
    let model = try WireFields(bytes[...])
    operatorSet = try model.messages(8).first?.int(2) ?? 0
    metadata = Dictionary(uniqueKeysWithValues: try model.messages(14).map { ($0.text(1), $0.text(2)) })
    guard let graph = try model.messages(7).first else { throw WireFields.Malformed() }
    nodes = try graph.messages(1).map { node in
      let settings = try node.messages(5).map { setting in
        (setting.text(1), setting.int(20) == 2 ? [setting.int(3)] : setting.ints(8))
      }
      return Node(
        name: node.text(3), operation: node.text(4), inputs: node.texts(1), outputs: node.texts(2),
        settings: Dictionary(uniqueKeysWithValues: settings))
    }
    inputs = try graph.messages(11).map(ONNXFile.port)
    outputs = try graph.messages(12).map(ONNXFile.port)
    constants = Dictionary(uniqueKeysWithValues: try graph.messages(5).map { ($0.text(8), try tensor($0)) })
  }

  private static func port(_ port: WireFields) throws -> Port {
    guard let tensor = try port.messages(2).first?.messages(1).first,
      let shape = try tensor.messages(2).first
    else { throw WireFields.Malformed() }
    return Port(
      name: port.text(1), element: tensor.int(1),
      shape: try shape.messages(1).map { $0.text(2).isEmpty ? $0.int(1) : nil })
  }
}

private func tensor(_ tensor: WireFields) throws -> ONNXFile.Tensor {
  let shape = tensor.ints(1)
  let raw = Array(tensor.fields.last { $0.number == 9 }?.bytes ?? [])
  let values: [Double] = raw.withUnsafeBytes { raw in
    tensor.int(2) == 1
      ? (0..<raw.count / 4).map { Double(raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)) }
      : (0..<raw.count / 8).map { Double(raw.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)) }
  }
  guard values.count == shape.reduce(1, *) else { throw WireFields.Malformed() }
  return ONNXFile.Tensor(shape, values)
}
