import Ops

/// How much the features of an encoder tell about classes it was never shown: fitted on the labelled training
/// photographs, scored on those of validation.
struct RepresentationCheck {
  private let training: CroppedPhotographs
  private let validation: CroppedPhotographs
  private let classes: Int
  private let network: InferenceNetwork
  private let workers: Workers

  /// A check of an encoder, or nil where there is nothing labelled to fit or score it on.
  init?(
    of encoder: LayerSequence, training: CroppedPhotographs, validation: CroppedPhotographs, classes: Int,
    plans: InferencePlans, workers: Workers
  ) throws {
    guard !training.labels.isEmpty, !validation.labels.isEmpty else { return nil }
    self.training = training
    self.validation = validation
    self.classes = classes
    self.workers = workers
    network = try InferenceNetwork(plans.plan(of: encoder))
  }

  /// The features of both parts, under the present weights.
  func features(_ weights: (Variable) -> [Float]) throws -> (training: Features, validation: Features) {
    network.load(weights)
    return (
      try Features(network.rows(of: training.images), dimensions: network.columns),
      try Features(network.rows(of: validation.images), dimensions: network.columns)
    )
  }

  /// The accuracy of a vote of the nearest neighbors.
  func neighborAccuracy(_ weights: (Variable) -> [Float]) throws -> RepresentationAccuracy {
    let features = try features(weights)
    let vote = WeightedKNN(neighbors: 20)
    return try accuracy(
      vote.scores(
        for: features.validation, training: features.training, labels: training.labels, classes: classes,
        workers: workers))
  }

  /// The accuracy of a linear probe.
  func probeAccuracy(_ weights: (Variable) -> [Float]) throws -> RepresentationAccuracy {
    let features = try features(weights)
    return try accuracy(
      LinearProbe().scores(
        for: features.validation, training: features.training, labels: training.labels, classes: classes))
  }

  private func accuracy(_ scores: [Float]) throws -> RepresentationAccuracy {
    RepresentationAccuracy(
      try Predictions(
        scores: scores, classes: classes, labels: validation.labels, patients: validation.patients))
  }
}
