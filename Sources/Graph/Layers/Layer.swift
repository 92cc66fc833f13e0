/// A part of a model: a function from tensor to tensor with its parameters.
///
/// A composite layer declares a `body`; a layer with its own computation implements `apply(to:)`. Parameters
/// are named by the path of layers that leads to them, `layer1.0.conv1.weight`.
///
/// These paths are also the names in weight files. A line of a `body` is named by its kind and its number
/// among those of the same kind, `conv1`, `conv2`, a layer of a ``Sequential`` by its position from 0, and
/// `named("fc")` gives a name of its own. The names in the files of your own network stay the same while the
/// order of its lines does, and a name that is set stays in any order.
///
/// A layer is a value: equal layers compute the same function. The source location does not take part in
/// equality; a layer that stores it declares it `@Incidental`.
public protocol Layer: Checkable, Hashable {
  /// The type of the body; `Never` for a layer that implements `apply(to:)`.
  associatedtype Body: Layer

  /// The layers this one consists of.
  @LayerBuilder var body: Body { get }

  /// Appends the layer to the graph of `x`.
  ///
  /// - Parameter x: The layer's input.
  func apply(to x: Tensor) -> Tensor

  /// The layer's base name in its parent: `conv` becomes `conv1`, `conv2`. The default is the type's name.
  var kind: String { get }

  /// An explicit name, used as is.
  var name: String? { get }

  /// Whether the layer's children are named as if they were its parent's.
  var isTransparent: Bool { get }

  /// Whether the layer is a block of a network, as a residual block is: see ``GraphBuilder/block(_:)``.
  var isBlock: Bool { get }
}

extension Layer {
  public var kind: String { String(describing: Self.self).prefix { $0 != "<" }.lowercased() }
  public var name: String? { nil }
  public var isTransparent: Bool { false }
  public var isBlock: Bool { false }
  /// The body, if the layer's own settings are valid: errors that follow from them are not reported.
  public var parts: [any Checkable] { problems.isEmpty ? [body] : [] }

  public func apply(to x: Tensor) -> Tensor { body.checkedResult(on: x) }

  /// Appends the layer to the graph of `x`, under a name determined by the enclosing layers.
  ///
  /// - Parameter x: The layer's input.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let graph = x.graph
    if isTransparent { return graph.located(at: location) { checkedResult(on: x) } }
    let name = graph.childName(kind: kind, explicit: name)
    return graph.within(name, naming: .byKind, location: location ?? graph.scope.location) {
      recorded(on: graph) { checkedResult(on: x) }
    }
  }

  /// Appends the layer without a path component; used for the outermost layer of a model.
  ///
  /// - Parameter x: The layer's input.
  public func atRoot(_ x: Tensor) -> Tensor {
    let graph = x.graph
    return graph.within("", naming: .byKind, location: location ?? graph.scope.location) {
      recorded(on: graph) { checkedResult(on: x) }
    }
  }

  // Applies a layer with valid settings to a known input. Otherwise the error is recorded and nothing is
  // computed.
  func checkedResult(on x: Tensor) -> Tensor {
    let graph = x.graph
    guard x.isKnown, problems.isEmpty else {
      graph.check(self)
      return graph.unknown()
    }
    return isBlock ? graph.block { apply(to: x) } : apply(to: x)
  }

  private func recorded(on graph: GraphBuilder, _ build: () -> Tensor) -> Tensor {
    let place = graph.layers.count
    let result = build()
    let record = LayerRecord(
      path: graph.scope.path, kind: String(describing: Self.self), output: result.type,
      isCheckpointed: graph.isInCheckpoint)
    graph.record(record, at: place)
    return result
  }
}

extension Never: Layer {
  public var body: Never { return fatalError("a layer that computes something itself has no body") }
}

extension Layer where Body == Never {
  public var parts: [any Checkable] { [] }
  public var body: Never { return fatalError("\(Self.self) computes something itself: it has no body") }
}

/// A layer application in a graph.
package struct LayerRecord: Sendable {
  /// The layer's path.
  package let path: String
  /// The layer's type.
  package let kind: String
  /// The type of the layer's result.
  package let output: TensorType
  /// Whether it is inside a `Checkpoint`, so that its activations are recomputed in the backward pass.
  package let isCheckpointed: Bool
}

extension GraphBuilder {
  func childName(kind: String, explicit: String?) -> String {
    let key = scope.naming == .byIndex ? "" : kind
    let count = scope.taken[key, default: 0]
    scope.taken[key] = count + 1
    return explicit ?? (scope.naming == .byIndex ? "\(count)" : "\(kind)\(count + 1)")
  }
}
