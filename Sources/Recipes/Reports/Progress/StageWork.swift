/// The arithmetic of a stage, planned before it runs.
public struct StageWork: Sendable, Equatable {
  /// The stage's title.
  public let stage: String
  /// The multiplications with additions of a step.
  public let multiplyAdds: Double
  /// The steps of an epoch, and the epochs of a training.
  public let steps: Int
  public let epochs: Int
  /// The trainings: several for a search, none for a stage that an earlier run has finished.
  public let trainings: Int

  /// The multiplications with additions of one training.
  var ofTraining: Double { multiplyAdds * Double(steps) * Double(epochs) }

  /// The multiplications with additions of the whole stage.
  public var total: Double { ofTraining * Double(trainings) }

  /// Creates the work of a stage.
  ///
  /// - Parameters:
  ///   - stage: The stage's title.
  ///   - multiplyAdds: The multiplications with additions of a step.
  ///   - steps: The steps of an epoch, and the epochs of a training.
  ///   - epochs: The number of epochs of a training.
  ///   - trainings: The trainings: several for a search, none for a stage that an earlier run has finished.
  public init(stage: String, multiplyAdds: Double, steps: Int, epochs: Int, trainings: Int = 1) {
    self.stage = stage
    self.multiplyAdds = multiplyAdds
    self.steps = steps
    self.epochs = epochs
    self.trainings = trainings
  }
}
