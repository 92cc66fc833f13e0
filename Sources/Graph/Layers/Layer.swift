/// A part of a model: a function from tensor to tensor that owns parameters.
///
/// A composite layer describes itself by its `body`; one that computes something itself implements
/// `apply(to:)`. Parameters are named by the path of layers that leads to them, `layer1.0.conv1.weight`.
///
/// A layer is a value: two that are equal do the same. Where it was written is no part of that; a layer that
/// knows keeps it as `@Incidental`.
public protocol Layer: Checkable, Hashable {
  /// The type of the body; `Never` for a layer that computes something itself.
  associatedtype Body: Layer

  /// The layers this one is made of.
  @LayerBuilder var body: Body { get }

  /// Appends the layer to the graph of `x`.
  func apply(to x: Tensor) -> Tensor

  /// What the layer is called in its parent: `conv` becomes `conv1`, `conv2`. By default the type's name.
  var kind: String { get }

  /// A name given to this one layer, used as it is.
  var name: String? { get }

  /// Whether the layer's children are named as if they were its parent's.
  var isTransparent: Bool { get }
}

extension Layer {
  public var kind: String { String(describing: Self.self).prefix { $0 != "<" }.lowercased() }
  public var name: String? { nil }
  public var isTransparent: Bool { false }
  /// The body, unless the layer's own settings do not work: what follows from them is no problem of its own.
  public var parts: [any Checkable] { problems.isEmpty ? [body] : [] }

  public func apply(to x: Tensor) -> Tensor { body.checkedResult(on: x) }

  /// Appends the layer to the graph of `x`, under a name that the layers around it determine.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let graph = x.graph
    if isTransparent { return graph.located(at: location) { checkedResult(on: x) } }
    let name = graph.childName(kind: kind, explicit: name)
    return graph.within(name, naming: .byKind, location: location ?? graph.scope.location) {
      recorded(on: graph) { checkedResult(on: x) }
    }
  }

  /// Appends the layer without a path component of its own: how the outermost layer of a model is applied.
  public func atRoot(_ x: Tensor) -> Tensor {
    let graph = x.graph
    return graph.within("", naming: .byKind, location: location ?? graph.scope.location) {
      recorded(on: graph) { checkedResult(on: x) }
    }
  }

  // A layer whose settings do not work is noted and computes nothing; neither does one whose input is unknown
  // after an earlier mistake.
  func checkedResult(on x: Tensor) -> Tensor {
    let graph = x.graph
    guard x.isKnown, problems.isEmpty else {
      graph.check(self)
      return graph.unknown()
    }
    return apply(to: x)
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

/// A layer as it was applied in a graph.
package struct LayerRecord: Sendable {
  /// The layer's path.
  package let path: String
  /// The layer's type.
  package let kind: String
  /// The type of its result.
  package let output: TensorType
  /// Whether it is in a `Checkpoint`: its values are computed again for the backward pass.
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
