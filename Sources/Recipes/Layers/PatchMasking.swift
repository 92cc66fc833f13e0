/// A layer whose vision transformer leaves out a random share of the patches of each image in training, and
/// computes the others alone.
///
/// Created by `masked(_:)`; it does not change the names of parameters.
public struct PatchMasking: Layer {
  private let layer: any Layer
  private let share: Double

  fileprivate init(_ layer: any Layer, share: Double) {
    self.layer = layer
    self.share = share
  }

  public var isTransparent: Bool { true }
  public var location: SourceLocation? { layer.location }
  public var parts: [any Checkable] { [layer] }
  public var problems: [SettingProblem] { Check.number("share", share, above: 0, below: 1) }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    let earlier = graph.annotations.count
    let result = graph.maskingPatches(share) { layer(x) }
    let isMasked = graph.annotations.dropFirst(earlier).contains { $0 is MaskedTokens }
    if graph.drawsRandomNumbers, result.isKnown, !isMasked {
      return graph.report(
        ShapeError(
          "Only a vision transformer that is trained can leave out patches.",
          expected: "a VisionTransformer that is trained", found: LayerComponent(layer).summary,
          assuming: result.type))
    }
    return result
  }

  public static func == (a: PatchMasking, b: PatchMasking) -> Bool {
    areEqual(a.layer, b.layer) && a.share == b.share
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(layer)
    hasher.combine(share)
  }
}

extension Layer {
  /// Returns the layer with a random share of each image's patches left out in training. The vision
  /// transformer in it computes the other ones alone, which takes accordingly less time.
  ///
  ///     Stage("mae", on: .unlabelled) {
  ///       Views.reconstructed
  ///       VisionTransformer(.small).masked(0.75)
  ///       ReconstructionHead()
  ///       ReconstructionError()
  ///       Optimize(AdamW(learningRate: 1e-3), batch: 64, epochs: 100)
  ///     }
  ///
  /// Its features are those of the class token, or the mean of the patches that are left; a
  /// ``ReconstructionHead`` behind it reads all tokens (He et al. 2022). Before another head it makes a stage
  /// faster and its views harder (Li et al. 2023, "Scaling language-image pre-training via masking").
  ///
  /// In inference, in frozen layers and in a target network it does nothing. As in ``Dropout``, what is drawn
  /// depends on the seed, the stage, the step, the layer's path and the image's place in the batch: it is the
  /// same after a resume, and for any number of threads, chunks and processes.
  ///
  /// - Parameter share: The share of the patches to leave out, above 0 and below 1; of each image, the
  ///   nearest whole number is left out.
  public func masked(_ share: Double = 0.75) -> PatchMasking { PatchMasking(self, share: share) }
}
