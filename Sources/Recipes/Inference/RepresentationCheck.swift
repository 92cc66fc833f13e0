import Ops

/// An evaluation of an encoder's representation during pretraining: classifiers on its features, trained on
/// the labelled training photographs and scored on validation.
struct RepresentationCheck {
  private let training: CroppedPhotographs
  private let validation: CroppedPhotographs
  private let classes: Int
  private let network: InferenceNetwork
  private let workers: Workers

  /// Creates a check of an encoder, or nil if there are no labelled photographs to train or score on.
  init?(
    of encoder: LayerSequence, training: CroppedPhotographs, validation: CroppedPhotographs, classes: Int,
    plans: InferencePlans, workers: Workers
  ) throws {
    guard !training.photographs.labels.isEmpty, !validation.photographs.labels.isEmpty else { return nil }
    self.training = training
    self.validation = validation
    self.classes = classes
    self.workers = workers
    network = try InferenceNetwork(plans.plan(of: encoder))
  }

  /// Returns the features of both splits with the given weights.
  func features(_ weights: StageWeights) throws -> (training: Features, validation: Features) {
    network.load { weights[$0] }
    return (
      try Features(network.rows(of: training.images), dimensions: network.columns),
      try Features(network.rows(of: validation.images), dimensions: network.columns)
    )
  }

  /// Returns the accuracy of the nearest-neighbor classifier.
  func neighborAccuracy(_ weights: StageWeights) throws -> RepresentationAccuracy {
    let features = try features(weights)
    let vote = WeightedKNN(neighbors: 20)
    return try accuracy(
      vote.scores(
        for: features.validation, training: features.training, labels: training.photographs.labels,
        classes: classes,
        workers: workers))
  }

  /// Returns the accuracy of a linear probe.
  func probeAccuracy(_ weights: StageWeights) throws -> RepresentationAccuracy {
    let features = try features(weights)
    return try accuracy(
      LinearProbe().scores(
        for: features.validation, training: features.training, labels: training.photographs.labels,
        classes: classes))
  }

  private func accuracy(_ scores: [Float]) throws -> RepresentationAccuracy {
    RepresentationAccuracy(
      try Predictions(
        scores: scores, classes: classes, labels: validation.photographs.labels,
        patients: validation.photographs.patients))
  }
}
