// What surrounds the nodes being appended: layers, their names and places in the source, checkpoints,
// learning rates.
extension GraphBuilder {
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

  /// Runs `body` with new nodes attributed to the layer that made `node`: how adjoints keep their origin.
  ///
  /// - Parameter id: The node whose gradient they are a part of, if they are one's.
  package func attributed<Result>(
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
  package func located<Result>(
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
      if start < nodes.count { contents.checkpoints.insert(start..<nodes.count, at: place) }
    }
    return try body()
  }

  /// Runs `body`, whose variables are trained at a factor of the learning rate; at 0 they are frozen, and
  /// normalization uses its running statistics.
  ///
  /// - Parameter names: The layers meant, by their paths within the present one, such as `layer1`; all if
  ///   there are none. A name that no variable's path begins with is a mistake of the model.
  package func learning<Result>(
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

  func rate(of path: String) -> Double {
    learning.reduce(1) { $1.isAbout(path) ? $0 * $1.factor : $0 }
  }

  // A factor on the learning rate, and the layers it is for.
  struct Learning {
    let factor: Double
    let paths: [String]

    func isAbout(_ path: String) -> Bool { paths.contains { Learning.isWithin($0, path) } }

    static func isWithin(_ layer: String, _ path: String) -> Bool {
      layer.isEmpty || path == layer || path.hasPrefix(layer + ".")
    }
  }

  /// Runs `body`, whose layers get variables of their own below `name`. Each follows the variable of the same
  /// path outside: it begins with the other's values, and no gradient trains it.
  package func movingAverage<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    followers.append(scope.path.isEmpty ? name : scope.path + "." + name)
    defer { followers.removeLast() }
    return try scoped(name, body)
  }

  /// Says something for those who run the graph.
  package func annotate(_ annotation: some Sendable) { contents.annotations.append(annotation) }

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

  func record(_ layer: LayerRecord, at index: Int) { contents.layers.insert(layer, at: index) }
}
