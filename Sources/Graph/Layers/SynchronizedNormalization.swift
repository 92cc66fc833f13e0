/// A layer whose batch normalizations take the moments of the whole batch, also where its parts are computed
/// by several ranks.
///
/// Created by `synchronized()`; it does not change the names of parameters.
public struct SynchronizedNormalization: Layer {
  private let layer: any Layer

  fileprivate init(_ layer: any Layer) { self.layer = layer }

  public var isTransparent: Bool { true }
  public var location: SourceLocation? { layer.location }
  public var parts: [any Checkable] { [layer] }

  public func apply(to x: Tensor) -> Tensor { x.graph.synchronizingNormalization { layer(x) } }

  public static func == (a: SynchronizedNormalization, b: SynchronizedNormalization) -> Bool {
    areEqual(a.layer, b.layer)
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(layer) }
}

extension Layer {
  /// Returns the layer with all batch normalizations in it synchronized: they take the moments of the whole
  /// batch where each of several ranks computes one part of it.
  ///
  ///     SimCLR(encoder.synchronized(), head: ProjectionHead().synchronized(), batch: 1024, epochs: 100)
  public func synchronized() -> SynchronizedNormalization { SynchronizedNormalization(self) }
}
