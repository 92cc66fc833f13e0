import Ops

/// The translation of a network's graph to nodes of an ONNX graph.
///
/// Constants are folded, and batch normalization is folded into the product before it. A tensor keeps the
/// axis order of the operation that computes it: a convolution of ONNX has its channels first.
final class ONNXTranslator {
  /// The order of the axes of an ONNX tensor.
  enum Order: Hashable {
    /// As in this package.
    case same
    /// `[N, C, H, W]` for `[N, H, W, C]`.
    case channelsFirst
  }

  /// The translation of a node of the network.
  enum Result {
    /// A value that is known.
    case constant(Value<Float>)
    /// An ONNX tensor.
    case tensor(String, Order)
    /// A product that may yet be scaled and shifted.
    case product(ONNXProduct)
  }

  /// The ONNX graph.
  private(set) var graph: ONNXGraph
  let network: AnyBatchGraph
  private let inputs: [String: String]
  private let uses: [Int]
  private var results: [NodeID: Result] = [:]
  private var names: [Place: String] = [:]
  private var batch: String?
  private var layer = ""

  private struct Place: Hashable {
    let id: NodeID
    let order: Order
  }

  /// Translates a network.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - graph: The ONNX graph to add it to.
  ///   - inputs: The ONNX tensor of each input of the network, by name.
  ///   - weights: Returns the values of a variable.
  /// - Throws: `ExportError` for an operation without a translation.
  init(
    _ network: AnyBatchGraph, in graph: ONNXGraph, inputs: [String: String],
    weights: (Variable) throws -> [Float]
  ) throws {
    self.network = network
    self.graph = graph
    self.inputs = inputs
    uses = network.uses
    let variables = Dictionary(uniqueKeysWithValues: network.graph.variables.map { ($0.path, $0) })
    for (id, node) in network.graph.nodes.enumerated() where uses[id] > 0 {
      layer = node.path
      if let read = node.read, let variable = variables[read.path] {
        results[id] = .constant(.real(try weights(variable), node.type.shape))
      } else if let constant = node.constant {
        results[id] = try known(constant, node.type, at: id)
      } else if let input = node.input, let name = inputs[input.name] {
        results[id] = .tensor(name, .same)
      } else {
        results[id] = try translated(id, node)
      }
    }
  }

  /// The name of the network's result.
  var output: String { name(of: network.output) }

  /// Returns a constant; one that fills a tensor of any number of images is stretched.
  private func known(_ constant: Constant, _ type: TensorType, at id: NodeID) throws -> Result {
    if dependsOnBatch(id) {
      let scalar = graph.constant(constant.values.map { Float($0) }, [])
      return .tensor(add("Expand", [scalar, extents(network.extents[id])]), .same)
    }
    let elements = constant.elements
    return .constant(
      type.element.isReal
        ? .real(elements.map { Float($0) }, type.shape) : .index(elements.map { Int32($0) }, type.shape))
  }

  private func translated(_ id: NodeID, _ node: Node) throws -> Result {
    let operands = node.operands.compactMap { constant($0) }
    if operands.count == node.operands.count, !operands.isEmpty, !dependsOnBatch(id),
      let operation = node.operation.definition
    {
      return .constant(.real(operation.checkedElements(Operands(operands), as: node.type), node.type.shape))
    }
    guard let operation = node.operation as? any ONNXOperation else {
      throw ExportError.untranslatable(operation: node.operation.name, layer: node.path)
    }
    return try operation.translated(ONNXCall(id: id, node: node), by: self)
  }

  /// Whether an extent of a node is proportional to the number of images.
  func dependsOnBatch(_ id: NodeID) -> Bool { network.extents[id].contains { $0.perImage != nil } }

  /// The value of a node, if it is known.
  func constant(_ id: NodeID) -> Value<Float>? {
    guard case .constant(let value) = results[id] else { return nil }
    return value
  }

  /// The result that is passed on by an operation that changes nothing.
  func result(_ id: NodeID) -> Result? {
    if case .product = results[id] { return .tensor(name(of: id, order(of: id)), order(of: id)) }
    return results[id]
  }

  /// The product that a node is, if nothing else reads it.
  func product(_ id: NodeID) -> ONNXProduct? {
    guard case .product(let product) = results[id], uses[id] == 1 else { return nil }
    return product
  }

  /// The order in which a node is.
  func order(of id: NodeID) -> Order {
    switch results[id] {
    case .tensor(_, let order): order
    case .product(let product): product.order
    default: .same
    }
  }

  /// Adds a node to the ONNX graph and returns its result.
  ///
  /// - Parameter origin: The path of the layer that it belongs to; by default the one that is translated.
  func add(
    _ operation: String, _ inputs: [String], _ attributes: [(name: String, value: ONNXGraph.Attribute)] = [],
    of origin: String? = nil
  ) -> String {
    graph.node(operation, inputs, attributes, layer: origin ?? layer)
  }

  /// Adds whole numbers to the ONNX graph.
  func add(_ values: [Int]) -> String { graph.constant(values) }

  /// Adds a whole number without an axis to the ONNX graph.
  func add(scalar value: Int) -> String { graph.constant(scalar: value) }

  /// Adds real numbers to the ONNX graph.
  func add(_ values: [Float], _ shape: [Int]) -> String { graph.constant(values, shape) }

  /// Returns the ONNX tensor of a node in an order of axes; with channels first it has four of them.
  func name(of id: NodeID, _ order: Order = .same) -> String {
    let place = Place(id: id, order: order)
    if let known = names[place] { return known }
    let name: String
    switch results[id] {
    case .constant(let value): name = self.name(of: value, order)
    case .product(let product):
      results[id] = .tensor(product.added(to: self), product.order)
      return self.name(of: id, order)
    case .tensor(let own, let its) where its == order: name = own
    case .tensor(let own, .channelsFirst): name = add("Transpose", [own], [("perm", .ints([0, 2, 3, 1]))])
    case .tensor(let own, .same):
      let missing = 4 - network.extents[id].count
      let four = missing > 0 ? add("Unsqueeze", [own, add(Array(0..<missing))]) : own
      name = add("Transpose", [four], [("perm", .ints([0, 3, 1, 2]))])
    case nil: fatalError("node \(id) is read before it is translated")
    }
    names[place] = name
    return name
  }

  private func name(of value: Value<Float>, _ order: Order) -> String {
    switch value {
    case .index(let values, _): return add(values.map(Int.init))
    case .real(let values, let shape):
      guard order == .channelsFirst, shape.rank > 0 else { return add(values, shape.dimensions) }
      let four = Shape([Int](repeating: 1, count: 4 - shape.rank) + shape.dimensions)
      let turned = Transpose(permutation: [0, 3, 1, 2])
      let extents = turned.permutation.map { four[$0] }
      let elements = turned.evaluate(
        Operands([.real(values, four)]), as: TensorType(Shape(extents), .float32))
      return add(elements, extents)
    }
  }

  /// Adds a shape for any number of images, as a vector of whole numbers.
  func extents(_ extents: [AnyBatchGraph.Extent]) -> String {
    guard extents.contains(where: { $0.perImage != nil }) else { return add(extents.map(\.count)) }
    let parts = extents.map { extent in
      guard let perImage = extent.perImage else { return add([extent.count]) }
      return perImage == 1 ? images : add("Mul", [images, add([perImage])])
    }
    return add("Concat", parts, [("axis", .int(0))])
  }

  /// The number of images as a vector of one element.
  private var images: String {
    if let batch { return batch }
    let first = inputs.inKeyOrder.first?.value ?? ""
    let name = add("Gather", [add("Shape", [first]), add([0])], [("axis", .int(0))])
    batch = name
    return name
  }

  /// Adds a reshape to extents of which at most one depends on the number of images; nil for more.
  func reshaped(_ name: String, to extents: [AnyBatchGraph.Extent]) -> String? {
    guard extents.count(where: { $0.perImage != nil }) <= 1 else { return nil }
    return add("Reshape", [name, add(extents.map { $0.perImage == nil ? $0.count : -1 })])
  }

  /// Throws unless an axis of a node is the same for any number of images.
  func requireFixed(_ axes: [Int], of id: NodeID, in call: ONNXCall) throws(ExportError) {
    if axes.contains(where: { network.extents[id][$0].perImage != nil }) { throw call.mixesImages }
  }
}
