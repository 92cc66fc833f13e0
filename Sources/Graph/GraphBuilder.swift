/// A graph under construction, to which layers, losses and tapes append nodes.
///
///     let graph = GraphBuilder()
///     let x = graph.input("x", [8, 16])
///     let program = try Program(graph, outputs: [model(x)])
///
/// A builder only appends, so its nodes are in topological order.
public final class GraphBuilder {
  /// Which statistics normalization layers use.
  public enum Mode: String, Sendable {
    /// Batch statistics; running statistics are updated.
    case training
    /// Running statistics.
    case inference
  }

  /// The mode of the current scope; always inference in frozen layers.
  public var mode: Mode { rate(of: scope.path) == 0 ? .inference : ownMode }
  /// The number of processes that compute equal parts of a batch, each by this graph; 1 if it is that of the
  /// whole batch.
  public let replicas: Int
  /// The number of samples of a batch, or of the part of one; as many as rows if nil. The rows of images are
  /// the first views of all samples before the second ones.
  package var samples: Int?
  /// Whether batch normalizations of the current scope take the moments of all replicas.
  public internal(set) var synchronizesNormalization = false
  /// The share of an image's patches that transformers of the current scope leave out in training; all are
  /// seen if nil.
  package internal(set) var maskedShare: Double?
  /// The mask and the context of attention in the current scope.
  package internal(set) var attended = AttendedTokens()
  /// The errors so far; `validate()` throws them.
  public private(set) var diagnostics: [Diagnostic] = []

  // The graph built so far.
  package internal(set) var contents: Graph
  var reads: [String: NodeID] = [:]
  // The most recent `Updated` node of each variable.
  var rereads: [String: NodeID] = [:]
  private var constants: [Constant: NodeID] = [:]
  private let ownMode: Mode
  var scopes: [Scope] = [Scope(path: "", location: nil)]
  var openCheckpoints = 0
  var learning: [Learning] = []
  var followers: [String] = []
  // The blocks begun so far, and whether one is open.
  var blocks = 0
  var isInBlock = false
  /// The number of random operations of each layer so far, by path.
  package var randomCounts: [String: Int] = [:]

  /// Creates an empty graph.
  ///
  /// - Parameters:
  ///   - precision: The element type of parameters and constants: Float32 for training, Float64 for gradient
  ///     checks.
  ///   - mode: Whether layers such as batch normalization behave as in training or in inference.
  public convenience init(precision: ElementType = .float32, mode: Mode = .training) {
    self.init(precision: precision, mode: mode, replicas: 1)
  }

  /// Creates an empty graph of a part of a batch.
  ///
  /// - Parameter replicas: The number of parts.
  package init(precision: ElementType, mode: Mode = .training, replicas: Int) {
    contract(precision.isReal, "a graph computes in float32 or float64")
    contract(replicas > 0, "a batch has at least one part")
    contents = Graph(precision: precision)
    ownMode = mode
    self.replicas = replicas
  }

  /// The element type of parameters and constants.
  public var precision: ElementType { contents.precision }
  /// Every node, operands before their users.
  public var nodes: [Node] { contents.nodes }
  /// Every variable, in order of first use.
  public var variables: [Variable] { contents.variables }
  /// For each updated variable, the node of its new value.
  public var updates: [(variable: Variable, value: NodeID)] { contents.updates }
  /// Every layer applied, outermost first in each branch.
  package var layers: [LayerRecord] { contents.layers }
  /// The ranges of nodes recomputed in the backward pass; an outer range precedes those nested in it.
  public var checkpoints: [Range<NodeID>] { contents.checkpoints }
  /// Metadata that layers attach for the runner, such as a weight file.
  package var annotations: [any Sendable] { contents.annotations }
  /// The inputs in order of creation.
  public var inputs: [(name: String, node: NodeID)] { contents.inputs }

  /// Returns the finished graph.
  ///
  /// - Parameters:
  ///   - outputs: The tensors that are read after a run.
  ///   - isUpdating: Whether a run updates the variables.
  /// - Throws: `GraphErrors` with every error in the model.
  public func build(
    outputs: [Tensor] = [], updatingVariables isUpdating: Bool = true
  ) throws(GraphErrors) -> Graph {
    try validate()
    var built = contents
    built.outputs = outputs.map(\.id)
    if !isUpdating { built.updates = [] }
    return built
  }

  /// Appends an operation and returns its result. A shape error is recorded, and a placeholder returned.
  ///
  /// - Parameters:
  ///   - operation: The operation.
  ///   - operands: Its operands, of this graph, in order.
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

  /// Returns a tensor that the caller provides at each run.
  ///
  /// - Parameters:
  ///   - name: The name by which a program's input is set.
  ///   - shape: The shape.
  ///   - element: The element type; that of the graph's parameters if nil.
  ///   - value: The default value of every element; without one, the caller must set the input.
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

  /// Returns the input with this name, created on first use and shared afterwards.
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

  /// Returns a constant tensor filled with `value`.
  ///
  /// - Parameters:
  ///   - value: The value of every element.
  ///   - shape: The shape; by default that of a scalar.
  ///   - element: The element type; that of the graph's parameters if nil.
  public func constant(_ value: Double, _ shape: Shape = [], _ element: ElementType? = nil) -> Tensor {
    constant([value], TensorType(shape, element ?? precision))
  }

  /// Returns a constant tensor of the given elements in row-major order.
  ///
  /// - Parameters:
  ///   - values: The elements, as many as the shape has.
  ///   - shape: The shape.
  ///   - element: The element type; that of the graph's parameters if nil.
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

  /// Throws every error recorded while the graph was built.
  public func validate() throws(GraphErrors) {
    if !diagnostics.isEmpty { throw GraphErrors(diagnostics: diagnostics) }
  }

  /// Records an error at the current layer and returns a placeholder of the type that the error assumes.
  ///
  /// - Parameter error: The error.
  public func report(_ error: ShapeError) -> Tensor {
    let diagnostic = Diagnostic(
      path: scope.path, location: scope.location, error: error.message, expected: error.expected,
      found: error.found)
    if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    guard let type = error.assuming, type.shape.isPossible else { return unknown() }
    return append(Invalid(type: type, typeIsKnown: true), [], type)
  }

  // Returns a placeholder for a result of unknown type.
  func unknown() -> Tensor {
    let type = TensorType([], precision)
    return append(Invalid(type: type, typeIsKnown: false), [], type)
  }

  func append(_ operation: some Operation, _ operands: [NodeID], _ type: TensorType) -> Tensor {
    guard type.shape.isPossible else {
      return report(
        ShapeError(
          "A tensor of \(operation.name) has an impossible shape.",
          expected: "extents of at least 1 and at most \(Shape.largestCount) elements", found: "\(type.shape)"
        ))
    }
    contents.nodes.append(
      Node(
        operation: operation, operands: operands, type: type, path: scope.path, location: scope.location,
        gradientOf: scope.gradientOf, source: nodes.count))
    return Tensor(graph: self, id: nodes.count - 1)
  }
}
