/// The index of a node in its graph.
public typealias NodeID = Int

/// One value of a graph in static single assignment form: an operation applied to earlier nodes.
public struct Node: Sendable {
  /// What computes it.
  public let operation: any Operation
  /// Its operands, all earlier in the graph.
  public let operands: [NodeID]
  /// Its shape and element.
  public let type: TensorType
  /// The path of the layer that made it.
  public let path: String
  /// Where that layer was written.
  public let location: SourceLocation?
  /// The node whose gradient it is a part of, if a tape emitted it.
  public let gradientOf: NodeID?

  /// What every element of an input is until the caller says otherwise; nil for one that the caller has to
  /// set, and for what is no input.
  package var initialValue: Double? { (operation as? Input)?.initialValue }
}

/// A computation under construction: nodes in order, the variables they read, and the values that variables
/// take at the end of a step.
///
/// A graph is only ever added to, so the order of its nodes is an order in which they can be evaluated.
public final class Graph {
  /// Whether normalisation uses the batch's statistics (and updates the running ones) or the running ones.
  public enum Mode: String, Sendable {
    /// Batch statistics; running statistics are updated.
    case training
    /// Running statistics.
    case inference
  }

  /// The element of parameters and constants: Float32 to train, Float64 to check.
  public let precision: ElementType
  /// Training or inference; inference within frozen layers.
  public var mode: Mode { rate(of: scope.path) == 0 ? .inference : ownMode }
  /// Every node, operands before their users.
  public private(set) var nodes: [Node] = []
  /// Every variable, in the order it was first asked for.
  public private(set) var variables: [Variable] = []
  /// For a variable's path, the node that is its value after the step.
  public private(set) var updates: [(variable: Variable, value: NodeID)] = []
  /// Every layer applied, outermost first in each branch.
  public private(set) var layers: [LayerRecord] = []
  /// The nodes whose values the backward pass computes again, an outer range before those inside it.
  public private(set) var checkpoints: [Range<NodeID>] = []
  /// What layers have said for those who run the graph, such as the file that first values come from.
  public private(set) var annotations: [any Sendable] = []
  /// The mistakes so far; `validate()` throws them.
  public private(set) var diagnostics: [Diagnostic] = []

  private var reads: [String: NodeID] = [:]
  // The latest `Updated` of a variable.
  private var rereads: [String: NodeID] = [:]
  private var constants: [Literal: NodeID] = [:]
  private var scopes: [Scope] = [Scope(path: "", location: nil)]
  private var openCheckpoints = 0
  private let ownMode: Mode
  private var learning: [Learning] = []
  private var followers: [String] = []

  /// An empty graph.
  public init(precision: ElementType = .float32, mode: Mode = .training) {
    contract(precision.isReal, "a graph computes in float32 or float64")
    self.precision = precision
    ownMode = mode
  }

  // What surrounds the next node: a layer's path, and the names already given in it.
  struct Scope {
    let path: String
    var location: SourceLocation?
    var naming = Naming.byKind
    var gradientOf: NodeID?
    var taken: [String: Int] = [:]
  }

  /// How the children of a layer are named.
  enum Naming {
    /// `conv1`, `bn1`, `conv2`: the kind and how many of it there were.
    case byKind
    /// `0`, `1`, `2`: the position.
    case byIndex
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
          "Two inputs have the name \(name); name one of them differently, or use sharedInput.",
          expected: "one input, \(nodes[known.node].type)", found: "another, \(type)", assuming: type))
    }
    return append(Input(name: name, initialValue: value, type: type), [], type)
  }

  /// The input of a name, made on first use and shared after.
  public func sharedInput(_ name: String, _ shape: Shape, initially value: Double? = nil) -> Tensor {
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

  /// The inputs in the order they were made.
  public var inputs: [(name: String, node: NodeID)] {
    nodes.indices.compactMap { id in (nodes[id].operation as? Input).map { ($0.name, id) } }
  }

  /// A constant tensor whose elements are all `value`.
  public func constant(_ value: Double, _ shape: Shape = [], _ element: ElementType? = nil) -> Tensor {
    literal([value], TensorType(shape, element ?? precision))
  }

  /// A constant tensor of the given elements in row-major order.
  public func constant(_ values: [Double], _ shape: Shape, _ element: ElementType? = nil) -> Tensor {
    contract(values.count == shape.count, "\(values.count) values do not fill \(shape)")
    return literal(values, TensorType(shape, element ?? precision))
  }

  private func literal(_ values: [Double], _ type: TensorType) -> Tensor {
    let literal = Literal(values: values, type: type)
    if let id = constants[literal] { return Tensor(graph: self, id: id) }
    let tensor = append(literal, [], type)
    constants[literal] = tensor.id
    return tensor
  }

  /// The variable `name` of the layer being built, made on first use and shared after: its value when the
  /// step begins or, after an `update`, the new one. So a layer that is applied twice goes on from what it
  /// has made of its state. No gradient flows through the new value.
  ///
  /// - Parameter absolute: whether `name` is a whole path already.
  public func variable(
    _ name: String, _ shape: Shape, role: Variable.Role, initializer: Initializer, absolute: Bool = false
  ) -> Tensor {
    let path = absolute || scope.path.isEmpty ? name : scope.path + "." + name
    let original = followers.last.flatMap { follower in
      path.hasPrefix(follower + ".") ? String(path.dropFirst(follower.count + 1)) : nil
    }
    let role = original == nil ? role : .memory
    let variable = Variable(
      path: path, type: TensorType(shape, precision), role: role, initializer: initializer,
      location: scope.location, rate: rate(of: path), original: original)
    if let id = reads[path], let known = variables.first(where: { $0.path == path }) {
      if known.type != variable.type || known.role != role {
        return report(
          ShapeError(
            "Two different variables have the path \(path); name one of the layers.",
            expected: "\(known.type)", found: "\(variable.type)", assuming: variable.type))
      }
      if role.isParameter, known.location != variable.location {
        return report(
          ShapeError(
            "Two layers have the path \(scope.path) and would share their weights; name one of them.",
            expected: "one layer, applied once or more often",
            found: "another at \(known.location.map(\.description) ?? "an unknown place")",
            assuming: variable.type))
      }
      if role.isParameter, known.rate != variable.rate {
        return report(
          ShapeError(
            "A layer is applied twice, and trained at two rates; freeze it, or set its rate, both times.",
            expected: "\(known.rate) times the learning rate", found: "\(variable.rate) times",
            assuming: variable.type))
      }
      return latest(known, read: id)
    }
    return adopt(variable)
  }

  /// Has the variable of a path start from other values than the layer that made it has said.
  public func start(variable path: String, from initializer: Initializer) {
    guard let place = variables.firstIndex(where: { $0.path == path }) else {
      fatalError("The graph has no variable \(path).")
    }
    let variable = variables[place].starting(from: initializer)
    variables[place] = variable
    updates = updates.map { $0.variable.path == path ? (variable, $0.value) : $0 }
  }

  // What a variable is by now: as the step began, or as the step has updated it.
  private func latest(_ variable: Variable, read: NodeID) -> Tensor {
    guard let value = updates.first(where: { $0.variable.path == variable.path })?.value else {
      return Tensor(graph: self, id: read)
    }
    if let known = rereads[variable.path], nodes[known].operands == [value] {
      return Tensor(graph: self, id: known)
    }
    let tensor = append(Updated(path: variable.path), [value], variable.type)
    rereads[variable.path] = tensor.id
    return tensor
  }

  /// Makes a variable of another graph known to this one too, and gives back the tensor that reads it.
  public func adopt(_ variable: Variable) -> Tensor {
    if let id = reads[variable.path] { return Tensor(graph: self, id: id) }
    variables.append(variable)
    let tensor = append(Read(path: variable.path, type: variable.type), [], variable.type)
    reads[variable.path] = tensor.id
    return tensor
  }

  /// The tensor that reads a variable.
  public func read(_ variable: Variable) -> Tensor {
    guard let id = reads[variable.path] else { fatalError("The graph has no variable \(variable.path).") }
    return Tensor(graph: self, id: id)
  }

  /// Sets what a variable becomes at the end of the step.
  ///
  /// - Parameter target: The variable's present value, as `variable` or `read` gives it. After an update, ask
  ///   `variable` again: a second update of the value that the step began with would undo the first, and is a
  ///   mistake of the model.
  public func update(_ target: Tensor, to value: Tensor) {
    let path: String
    switch nodes[target.id].operation {
    case let read as Read: path = read.path
    case let updated as Updated: path = updated.path
    case is Invalid: return
    case let other:
      _ = report(
        ShapeError(
          "Only a variable can be updated.", expected: "what graph.variable gives",
          found: "a result of \(other.name)"))
      return
    }
    guard let variable = variables.first(where: { $0.path == path }), !(nodes[value.id].operation is Invalid)
    else { return }
    if value.type != target.type {
      _ = report(
        ShapeError(
          "The new value of \(path) has another type.", expected: "\(target.type)", found: "\(value.type)"))
      return
    }
    if let earlier = updates.firstIndex(where: { $0.variable.path == path }) {
      let isLatest =
        nodes[target.id].operation is Updated && nodes[target.id].operands == [updates[earlier].value]
      guard isLatest else {
        _ = report(
          ShapeError(
            "\(path) is updated twice in a step, and the second update would undo the first.",
            expected: "one update, or a second one of what graph.variable gives after the first",
            found: "another of the value that it had before"))
        return
      }
      updates.remove(at: earlier)
    }
    updates.append((variable, value.id))
  }

  /// Takes back every update so far: for a step that is cut into parts, which updates variables at another
  /// place.
  package func withdrawUpdates() -> [(variable: Variable, value: Tensor)] {
    defer { updates = [] }
    return updates.map { ($0.variable, Tensor(graph: self, id: $0.value)) }
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

  private func append(_ operation: some Operation, _ operands: [NodeID], _ type: TensorType) -> Tensor {
    guard type.shape.isPossible else {
      return report(
        ShapeError(
          "A tensor of \(operation.name) has an impossible shape.",
          expected: "extents of at least 0 and at most \(Shape.largestCount) elements", found: "\(type.shape)"
        ))
    }
    nodes.append(
      Node(
        operation: operation, operands: operands, type: type, path: scope.path, location: scope.location,
        gradientOf: scope.gradientOf))
    return Tensor(graph: self, id: nodes.count - 1)
  }

  /// Runs `body` with new nodes attributed to the layer that made `node`: how adjoints keep their origin.
  ///
  /// - Parameter id: The node whose gradient they are a part of, if they are one's.
  public func attributed<Result>(
    to node: Node, gradientOf id: NodeID? = nil, _ body: () throws -> Result
  ) rethrows -> Result {
    scopes.append(Scope(path: node.path, location: node.location, gradientOf: id))
    defer { scopes.removeLast() }
    return try body()
  }

  /// Runs `body` inside a named scope: variables made in it get the name as a prefix.
  public func scoped<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    try within(name, naming: .byKind, location: scope.location, body)
  }

  /// Runs `body` in the same scope, with what it does attributed to another line of the user's source.
  public func located<Result>(
    at location: SourceLocation?, _ body: () throws -> Result
  ) rethrows -> Result {
    let outer = scope.location
    scope.location = location ?? outer
    defer { scope.location = outer }
    return try body()
  }

  /// Runs `body`, whose nodes' values are not kept for the backward pass: it computes them again.
  public func checkpointed<Result>(_ body: () throws -> Result) rethrows -> Result {
    let (start, place) = (nodes.count, checkpoints.count)
    openCheckpoints += 1
    defer {
      openCheckpoints -= 1
      if start < nodes.count { checkpoints.insert(start..<nodes.count, at: place) }
    }
    return try body()
  }

  /// Runs `body`, whose variables are trained at a factor of the learning rate; at 0 they are frozen, and
  /// normalisation uses its running statistics.
  ///
  /// - Parameter names: The layers meant, by their paths within the present one, such as `layer1`; all if
  ///   there are none. A name that no variable's path begins with is a mistake of the model.
  public func learning<Result>(
    at factor: Double, only names: [String], _ body: () throws -> Result
  ) rethrows -> Result {
    let paths = names.map { scope.path.isEmpty ? $0 : scope.path + "." + $0 }
    learning.append(Learning(factor: factor, paths: names.isEmpty ? [scope.path] : paths))
    let result = try body()
    let own = learning.removeLast()
    for path in own.paths where !variables.contains(where: { Learning.isWithin(path, $0.path) }) {
      _ = report(
        ShapeError(
          "There is no layer \(path) to be frozen or trained at another rate.",
          expected: "the path of a layer with parameters", found: path))
    }
    return result
  }

  private func rate(of path: String) -> Double {
    learning.reduce(1) { $1.isAbout(path) ? $0 * $1.factor : $0 }
  }

  // A factor on the learning rate, and the layers it is for.
  private struct Learning {
    let factor: Double
    let paths: [String]

    func isAbout(_ path: String) -> Bool { paths.contains { Learning.isWithin($0, path) } }

    static func isWithin(_ layer: String, _ path: String) -> Bool {
      layer.isEmpty || path == layer || path.hasPrefix(layer + ".")
    }
  }

  /// Runs `body`, whose layers get variables of their own below `name`. Each follows the variable of the same
  /// path outside: it begins with the other's values, and no gradient trains it.
  public func following<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    followers.append(scope.path.isEmpty ? name : scope.path + "." + name)
    defer { followers.removeLast() }
    return try scoped(name, body)
  }

  /// Says something for those who run the graph.
  public func annotate(_ annotation: some Sendable) { annotations.append(annotation) }

  /// The path of the layer being built, empty at the top.
  public var path: String { scope.path }

  // MARK: for layers

  var isInCheckpoint: Bool { openCheckpoints > 0 }

  var scope: Scope {
    get { scopes[scopes.count - 1] }
    set { scopes[scopes.count - 1] = newValue }
  }

  func within<Result>(
    _ name: String, naming: Naming, location: SourceLocation?, _ body: () throws -> Result
  ) rethrows -> Result {
    let path = name.isEmpty ? scope.path : scope.path.isEmpty ? name : scope.path + "." + name
    scopes.append(Scope(path: path, location: location, naming: naming))
    defer { scopes.removeLast() }
    return try body()
  }

  func record(_ layer: LayerRecord, at index: Int) { layers.insert(layer, at: index) }
}
