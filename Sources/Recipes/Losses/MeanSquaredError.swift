/// The mean of the squared differences of the outputs from the numbers in columns of the manifest: the
/// objective of a regression.
///
/// The mean is over all numbers that are known; photographs of which none is known are left out. Numbers are
/// taken as they are: columns of several scales, or of a large one, are best standardized in the manifest.
public struct MeanSquaredError: TrainingObjective {
  /// The columns, in the order of the outputs.
  public let columns: [String]

  /// The error in some columns.
  public init(columns: [String]) { self.columns = columns }

  public var problems: [SettingProblem] { Check.columns(columns) }

  public var needs: ObjectiveNeeds { ObjectiveNeeds(values: columns, valuesOnly: true) }

  public var predicts: ObjectivePrediction { .values }

  public func loss(of batch: TrainingBatch) -> Tensor {
    let miss = batch.output(for: columns) - batch.values(of: columns)
    return batch.knownMean(of: miss * miss, columns)
  }
}
