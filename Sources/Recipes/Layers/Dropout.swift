/// Dropout (Srivastava et al. 2014): in training, each element of `[N, ...]` becomes 0 with the probability
/// `rate`, and is otherwise divided by `1 - rate`.
///
/// In inference, in frozen layers and in a target network it does nothing. The mask takes as much memory as
/// the input. What is drawn depends on the seed, the stage, the step, the layer's path and the image's place
/// in the batch, for which the first axis is that of the images: it is the same after a resume, and for any
/// number of threads, chunks and processes. A loop of your own over a ``TrainingStep`` chooses the seed by
/// its input `TrainingStep.InputName.randomSeed`; steps are counted by the graph.
public struct Dropout: Layer {
  let rate: Double

  /// Creates a layer that leaves out elements.
  ///
  /// - Parameter rate: The probability of leaving out an element, below 1.
  public init(_ rate: Double = 0.5) { self.rate = rate }

  public var problems: [SettingProblem] { Check.dropRate("rate", rate) }

  public func apply(to x: Tensor) -> Tensor { x.dropped(rate) { x.shape } }
}
