/// A result builder for the layers of a `body`: any number, with `if`, `switch` and `for`.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: some Layer) -> [any Layer] { [layer] }
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildLimitedAvailability(_ part: [any Layer]) -> [any Layer] { part }
  public static func buildFinalResult(_ layers: [any Layer]) -> LayerSequence { LayerSequence(layers) }
}

/// A sequence of layers, named as children of the enclosing layer.
public struct LayerSequence: Layer {
  /// The layers in order.
  public let layers: [any Layer]

  /// Creates a sequence of layers.
  ///
  /// - Parameter layers: The layers, in order.
  public init(_ layers: [any Layer]) { self.layers = layers }

  public var isTransparent: Bool { true }
  public var parts: [any Checkable] { layers }

  public func apply(to x: Tensor) -> Tensor { layers.reduce(x) { $1($0) } }

  public static func == (a: LayerSequence, b: LayerSequence) -> Bool { areEqual(a.layers, b.layers) }

  public func hash(into hasher: inout Hasher) {
    for layer in layers { hasher.combine(layer) }
  }
}

/// A sequence of layers, named by position: `0`, `1`, `2`.
public struct Sequential: Layer {
  private let layers: LayerSequence

  /// Creates a sequence of layers.
  ///
  /// - Parameter layers: The layers, in order.
  public init(@LayerBuilder _ layers: () -> LayerSequence) { self.layers = layers() }

  public var parts: [any Checkable] { [layers] }

  public func apply(to x: Tensor) -> Tensor {
    x.graph.within("", naming: .byIndex, location: x.graph.scope.location) { layers.apply(to: x) }
  }
}

/// A layer with an explicit name.
public struct Named<Content: Layer>: Layer {
  let content: Content
  public let name: String?

  public var kind: String { content.kind }
  public var location: SourceLocation? { content.location }
  public var parts: [any Checkable] { [content] }
  public var problems: [SettingProblem] {
    let isEmpty = name?.allSatisfy(\.isWhitespace) ?? false
    Check.that(!isEmpty, "name", name ?? "", mustBe: "a text, as parameters are named by it")
  }

  public func apply(to x: Tensor) -> Tensor { content.checkedResult(on: x) }
}

extension Layer {
  /// Returns this layer with an explicit name: `Linear(26).named("fc")`.
  ///
  /// - Parameter name: The name in the paths of the layer's variables.
  public func named(_ name: String) -> Named<Self> { Named(content: self, name: name) }
}
