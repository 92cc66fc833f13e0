/// The mean squared error of the outputs against numbers in columns of the manifest: the regression
/// objective.
///
/// The mean is over all known numbers; photographs without one are left out. Numbers are not rescaled:
/// standardize columns of different or large scales in the manifest.
public struct MeanSquaredError: TrainingObjective {
  /// The columns, in the order of the outputs.
  public let columns: [String]

  /// Creates the error in the given columns.
  ///
  /// - Parameter columns: The columns, in the order of the outputs.
  public init(columns: [String]) { self.columns = columns }

  public var problems: [SettingProblem] { Check.columns(columns) }

  public var needs: ObjectiveNeeds { ObjectiveNeeds(values: columns, valuesOnly: true) }

  public var predicts: ObjectivePrediction { .values }

  public func loss(of batch: TrainingBatch) -> Tensor {
    let miss = batch.output(for: columns) - batch.values(of: columns)
    return batch.knownMean(of: miss * miss, columns)
  }
}
