import Ops

/// The networks of a run in inference mode, each compiled once: a stage's memory is known by it before it is
/// trained, and it is checked or scored by it later.
final class InferencePlans {
  private let size: Int
  private let channels: Int
  private let workers: Workers
  private var known: [LayerSequence: InferenceNetwork.Plan] = [:]
  private var knownHeads: [LayerSequence: InferenceNetwork.Plan] = [:]

  /// Plans of networks for images `[size, size, channels]`.
  init(size: Int, channels: Int, workers: Workers) {
    self.size = size
    self.channels = channels
    self.workers = workers
  }

  /// The plan of a network.
  ///
  /// - Throws: `GraphErrors` with every mistake of the model.
  func plan(of model: LayerSequence) throws(GraphErrors) -> InferenceNetwork.Plan {
    if let plan = known[model] { return plan }
    let plan = try InferenceNetwork.Plan(model, size: size, channels: channels, workers: workers)
    known[model] = plan
    return plan
  }

  /// The plan of what follows the features of a network.
  ///
  /// - Throws: `GraphErrors` with every mistake of the model.
  func plan(behindFeaturesOf model: LayerSequence) throws(GraphErrors) -> InferenceNetwork.Plan {
    if let plan = knownHeads[model] { return plan }
    let plan = try InferenceNetwork.Plan(
      behindFeaturesOf: model, size: size, channels: channels, workers: workers)
    knownHeads[model] = plan
    return plan
  }
}
