/// Layers whose values are not kept for the backward pass but computed again, from what goes into them, when
/// it needs them: memory for time (Chen et al. 2016, "Training deep nets with sublinear memory cost").
///
///     Checkpoint {
///       Conv2D(64, kernel: 3); BatchNorm(); ReLU()
///       Conv2D(64, kernel: 3); BatchNorm(); ReLU()
///     }
///
/// What is trained is the same, and so are the names of the parameters, which are those without it; running
/// statistics move once. Only what goes into each checkpoint and comes out of it is kept, and the values
/// inside one of them at a time. In exchange the forward pass inside is computed twice: with a checkpoint
/// around every block of ResNet-50 at 224 pixels, a SimCLR step of 16 views takes 652 MiB instead of 1153 and
/// 32 % more time.
///
/// One checkpoint may be in another: the values inside the inner one are then not kept while the outer one is
/// computed again.
public struct Checkpoint: Layer {
  private let layers: LayerSequence

  /// Layers one after another, computed again for the backward pass.
  public init(@LayerBuilder _ layers: () -> LayerSequence) { self.layers = layers() }

  public var isTransparent: Bool { true }
  public var parts: [any Checkable] { [layers] }

  public func apply(to x: Tensor) -> Tensor { x.graph.checkpointed { layers.apply(to: x) } }
}
