// The context in which nodes are appended: layer paths, source locations, checkpoints, learning-rate factors.
extension GraphBuilder {
  // The context of the next node: the current layer's path and the child names already used.
  struct Scope {
    let path: String
    var location: SourceLocation?
    var naming = Naming.byKind
    var gradientOf: NodeID?
    var taken: [String: Int] = [:]
  }

  /// The naming scheme for the children of a layer.
  enum Naming {
    /// `conv1`, `bn1`, `conv2`: kind and count.
    case byKind
    /// `0`, `1`, `2`: position.
    case byIndex
  }

  /// Runs `body` with new nodes attributed to the layer of node `id`, so that adjoints keep their origin.
  ///
  /// - Parameter id: The forward node these adjoint nodes belong to, if any.
  package func attributed<Result>(
    to node: Node, gradientOf id: NodeID? = nil, _ body: () throws -> Result
  ) rethrows -> Result {
    scopes.append(Scope(path: node.path, location: node.location, gradientOf: id))
    defer { scopes.removeLast() }
    return try body()
  }

  /// Runs `body` inside a named scope, which prefixes the paths of its variables.
  ///
  /// - Parameters:
  ///   - name: The scope's name, a part of a path.
  ///   - body: What appends to the graph.
  public func scoped<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    try within(name, naming: .byKind, location: scope.location, body)
  }

  /// Runs `body` in the same scope, attributed to another source location.
  package func located<Result>(
    at location: SourceLocation?, _ body: () throws -> Result
  ) rethrows -> Result {
    let outer = scope.location
    scope.location = location ?? outer
    defer { scope.location = outer }
    return try body()
  }

  /// Runs `body`, whose activations the backward pass recomputes.
  ///
  /// - Parameter body: What appends to the graph.
  public func checkpointed<Result>(_ body: () throws -> Result) rethrows -> Result {
    let (start, place) = (nodes.count, checkpoints.count)
    openCheckpoints += 1
    defer {
      openCheckpoints -= 1
      if start < nodes.count { contents.checkpoints.insert(start..<nodes.count, at: place) }
    }
    return try body()
  }

  /// Runs `body`, whose variables are trained at a multiple of the learning rate. A factor of 0 freezes them,
  /// and normalization uses its running statistics.
  ///
  /// - Parameter names: Paths relative to the current layer, such as `layer1`; empty means all. A path that
  ///   matches no variable is an error in the model.
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

  /// Runs `body`, which appends a block of a network, such as a residual block: a unit of its depth, by which
  /// layer-wise learning rates are graded. Blocks within it are parts of it.
  ///
  /// - Parameter body: What appends to the graph.
  public func block<Result>(_ body: () throws -> Result) rethrows -> Result {
    // Target networks and averages have no learning rates.
    if isInBlock || !followers.isEmpty { return try body() }
    blocks += 1
    isInBlock = true
    defer { isInBlock = false }
    return try body()
  }

  /// Runs `body`, whose batch normalizations take the moments of all replicas.
  func synchronizingNormalization<Result>(_ body: () throws -> Result) rethrows -> Result {
    let outer = synchronizesNormalization
    synchronizesNormalization = true
    defer { synchronizesNormalization = outer }
    return try body()
  }

  /// Runs `body`, whose transformers leave out a share of the patches of each image in training.
  package func maskingPatches<Result>(_ share: Double, _ body: () throws -> Result) rethrows -> Result {
    let outer = maskedShare
    maskedShare = share
    defer { maskedShare = outer }
    return try body()
  }

  /// Runs `body`, whose attention reads `tokens` beside its own.
  package func attending<Result>(
    to tokens: AttendedTokens, _ body: () throws -> Result
  ) rethrows -> Result {
    let outer = attended
    attended = tokens
    defer { attended = outer }
    return try body()
  }

  func rate(of path: String) -> Double {
    learning.reduce(1) { $1.isAbout(path) ? $0 * $1.factor : $0 }
  }

  // A learning-rate factor and the layers it applies to.
  struct Learning {
    let factor: Double
    let paths: [String]

    func isAbout(_ path: String) -> Bool { paths.contains { Learning.isWithin($0, path) } }

    static func isWithin(_ layer: String, _ path: String) -> Bool {
      layer.isEmpty || path == layer || path.hasPrefix(layer + ".")
    }
  }

  /// Runs `body`, whose layers get a moving-average copy of their variables below `name`. Each copy starts at
  /// the values of the variable with the same path outside, and gets no gradient.
  package func movingAverage<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    followers.append(scope.path.isEmpty ? name : scope.path + "." + name)
    defer { followers.removeLast() }
    return try scoped(name, body)
  }

  /// Whether layers draw random numbers: in training, but not in frozen layers or in what follows the trained
  /// network.
  package var drawsRandomNumbers: Bool { mode == .training && followers.isEmpty }

  /// Attaches metadata for the runner.
  package func annotate(_ annotation: some Sendable) { contents.annotations.append(annotation) }

  /// The path of the current layer, empty at the top.
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
