/// A graph under construction: what layers, losses and tapes append nodes to.
///
///     let graph = GraphBuilder()
///     let x = graph.input("x", [8, 16])
///     let program = try Program(graph, outputs: [model(x)])
///
/// A builder only ever appends, so the order of its nodes is an order in which they can be evaluated.
public final class GraphBuilder {
  /// Whether normalization uses the batch's statistics (and updates the running ones) or the running ones.
  public enum Mode: String, Sendable {
    /// Batch statistics; running statistics are updated.
    case training
    /// Running statistics.
    case inference
  }

  /// Training or inference; inference within frozen layers.
  public var mode: Mode { rate(of: scope.path) == 0 ? .inference : ownMode }
  /// The mistakes so far; `validate()` throws them.
  public private(set) var diagnostics: [Diagnostic] = []

  // What has been built so far.
  package internal(set) var contents: Graph
  var reads: [String: NodeID] = [:]
  // The latest `Updated` of a variable.
  var rereads: [String: NodeID] = [:]
  private var constants: [Constant: NodeID] = [:]
  private let ownMode: Mode
  var scopes: [Scope] = [Scope(path: "", location: nil)]
  var openCheckpoints = 0
  var learning: [Learning] = []
  var followers: [String] = []

  /// Creates an empty graph.
  ///
  /// - Parameter precision: The element of parameters and constants: Float32 to train, Float64 to check.
  public init(precision: ElementType = .float32, mode: Mode = .training) {
    contract(precision.isReal, "a graph computes in float32 or float64")
    contents = Graph(precision: precision)
    ownMode = mode
  }

  /// The element of parameters and constants.
  public var precision: ElementType { contents.precision }
  /// Every node, operands before their users.
  public var nodes: [Node] { contents.nodes }
  /// Every variable, in the order it was first asked for.
  public var variables: [Variable] { contents.variables }
  /// For each updated variable, the node that is its value after the step.
  public var updates: [(variable: Variable, value: NodeID)] { contents.updates }
  /// Every layer applied, outermost first in each branch.
  package var layers: [LayerRecord] { contents.layers }
  /// The ranges of nodes that the backward pass computes again, an outer range before those inside it.
  public var checkpoints: [Range<NodeID>] { contents.checkpoints }
  /// Metadata that layers attach for the runner, such as a weight file.
  package var annotations: [any Sendable] { contents.annotations }
  /// The inputs in the order they were made.
  public var inputs: [(name: String, node: NodeID)] { contents.inputs }

  /// Returns the finished graph.
  ///
  /// - Parameters:
  ///   - outputs: The tensors that are read after a run.
  ///   - isUpdating: Whether variables take their new values in a run.
  /// - Throws: `GraphErrors` with every mistake made while the graph was built.
  public func build(
    outputs: [Tensor] = [], updatingVariables isUpdating: Bool = true
  ) throws(GraphErrors) -> Graph {
    try validate()
    var built = contents
    built.outputs = outputs.map(\.id)
    if !isUpdating { built.updates = [] }
    return built
  }

  /// Appends an operation and gives back its result. A misfit is kept as a diagnostic, and a stand-in
  /// returned.
  public func apply(_ operation: some Operation, to operands: [Tensor]) -> Tensor {
    for operand in operands {
      contract(operand.graph === self, "an operand of \(operation.name) belongs to another graph")
      if let invalid = nodes[operand.id].operation as? Invalid, !invalid.typeIsKnown { return unknown() }
    }
    do throws(ShapeError) {
      let type = try operation.resultType(of: operands.map(\.type))
      return append(operation, operands.map(\.id), type)
    } catch {
      return report(error)
    }
  }

  /// A tensor that the caller provides at each run.
  ///
  /// - Parameter value: What every element is until the caller says otherwise; without one, the caller has
  ///   to.
  public func input(
    _ name: String, _ shape: Shape, _ element: ElementType? = nil, initially value: Double? = nil
  ) -> Tensor {
    let type = TensorType(shape, element ?? precision)
    if let known = inputs.first(where: { $0.name == name }) {
      return report(
        ShapeError(
          "Two inputs have the name \(name); name one of them differently.",
          expected: "one input, \(nodes[known.node].type)", found: "another, \(type)", assuming: type))
    }
    return append(Input(name: name, initialValue: value, type: type), [], type)
  }

  /// The input of a name, made on first use and shared after.
  package func sharedInput(_ name: String, _ shape: Shape, initially value: Double? = nil) -> Tensor {
    guard let known = inputs.first(where: { $0.name == name }) else {
      return input(name, shape, initially: value)
    }
    let type = TensorType(shape, precision)
    if nodes[known.node].type != type {
      return report(
        ShapeError(
          "Two inputs have the name \(name) but not the same type; name one of them differently.",
          expected: "\(nodes[known.node].type)", found: "\(type)", assuming: type))
    }
    return Tensor(graph: self, id: known.node)
  }

  /// A constant tensor whose elements are all `value`.
  public func constant(_ value: Double, _ shape: Shape = [], _ element: ElementType? = nil) -> Tensor {
    constant([value], TensorType(shape, element ?? precision))
  }

  /// A constant tensor of the given elements in row-major order.
  public func constant(_ values: [Double], _ shape: Shape, _ element: ElementType? = nil) -> Tensor {
    contract(values.count == shape.count, "\(values.count) values do not fill \(shape)")
    return constant(values, TensorType(shape, element ?? precision))
  }

  private func constant(_ values: [Double], _ type: TensorType) -> Tensor {
    let constant = Constant(values: values, type: type)
    if let id = constants[constant] { return Tensor(graph: self, id: id) }
    let tensor = append(constant, [], type)
    constants[constant] = tensor.id
    return tensor
  }

  /// Throws every mistake made while the graph was built.
  public func validate() throws(GraphErrors) {
    if !diagnostics.isEmpty { throw GraphErrors(diagnostics: diagnostics) }
  }

  /// Notes a mistake at the layer being built and returns a stand-in of the type the error assumes.
  public func report(_ error: ShapeError) -> Tensor {
    let diagnostic = Diagnostic(
      path: scope.path, location: scope.location, error: error.message, expected: error.expected,
      found: error.found)
    if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    guard let type = error.assuming else { return unknown() }
    return append(Invalid(type: type, typeIsKnown: true), [], type)
  }

  // What stands for a result whose type cannot be told.
  func unknown() -> Tensor {
    let type = TensorType([], precision)
    return append(Invalid(type: type, typeIsKnown: false), [], type)
  }

  func append(_ operation: some Operation, _ operands: [NodeID], _ type: TensorType) -> Tensor {
    guard type.shape.isPossible else {
      return report(
        ShapeError(
          "A tensor of \(operation.name) has an impossible shape.",
          expected: "extents of at least 0 and at most \(Shape.largestCount) elements", found: "\(type.shape)"
        ))
    }
    contents.nodes.append(
      Node(
        operation: operation, operands: operands, type: type, path: scope.path, location: scope.location,
        gradientOf: scope.gradientOf, source: nodes.count))
    return Tensor(graph: self, id: nodes.count - 1)
  }
}
