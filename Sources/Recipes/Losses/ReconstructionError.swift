/// The objective of a masked autoencoder (He et al. 2022): the mean of the errors of images, which a
/// ``ReconstructionHead`` gives.
public struct ReconstructionError: TrainingObjective {
  /// Creates the objective.
  public init() {}

  public var predicts: ObjectivePrediction { .losses }

  public func loss(of batch: TrainingBatch) -> Tensor {
    let output = batch.output
    if !output.isKnown || output.shape.channels == 1 { return output.mean() }
    return batch.graph.report(
      ShapeError(
        "The head does not give an error for each image.",
        expected: "[\(batch.form.rows), 1], as of a ReconstructionHead", found: "\(output.shape)",
        assuming: TensorType([], batch.graph.precision)))
  }
}
