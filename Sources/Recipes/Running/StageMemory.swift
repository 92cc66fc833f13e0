import Ops

/// The memory that a stage takes besides its dataset, known before it runs.
public struct StageMemory: Sendable {
  /// The stage's title.
  public let stage: String
  /// Bytes of the compiled training step: inputs, parameters, what the optimizer remembers, values and gradients.
  public let step: Int
  /// Bytes of a batch of views, drawn while the step still holds the one before.
  public let batch: Int
  /// Bytes of weights outside the step: those of the stages before, and the copies made to write the stage's own.
  public let weights: Int
  /// Bytes of the labelled photographs that this stage and those before are checked or scored on.
  public let photographs: Int
  /// Bytes of the network that a pretrained encoder is checked with beside the step, or a classifier scored with
  /// after it.
  public let evaluation: Int
  /// Whether the step is gone when it is evaluated.
  private let evaluatesAfterwards: Bool
  // What would make it less.
  private let remedy: String

  /// All of it at the worst moment, in bytes.
  public var total: Int {
    let training = step + batch
    return weights + photographs + (evaluatesAfterwards ? max(training, evaluation) : training + evaluation)
  }

  /// The amount and its parts, in words.
  public var summary: String {
    let parts = [
      (step, "for a step"), (batch, "for its views"), (weights, "for copies of weights"),
      (photographs, "for photographs to evaluate on"),
      (evaluation, evaluatesAfterwards ? "to evaluate afterwards" : "to evaluate"),
    ]
    let listed = parts.filter { $0.0 > 0 }.map { "\(SystemMemory.text($0.0)) \($0.1)" }
    return "\(SystemMemory.text(total)) of memory (\(listed.joined(separator: ", ")))"
  }

  /// - Parameters:
  ///   - weightsBefore: Bytes of the weights of stages before that this one or a later one starts from.
  ///   - splitsBefore: The splits whose photographs the stages before have cropped.
  init(
    of plan: StagePlan, on dataset: Dataset, workers: Workers, weightsBefore: Int, splitsBefore: Set<Split>
  ) throws {
    stage = plan.stage.title
    step = plan.program.byteCount
    let graph = plan.step.graph
    let images = graph.nodes[graph.inputs[0].node].type
    batch = images.byteCount / plan.optimize.batch * (plan.optimize.chunk ?? plan.optimize.batch)
    let variables = graph.variables.reduce(0) { $0 + $1.type.byteCount }
    // A checkpoint is written from the values and the tensors in PyTorch's layout.
    let best = plan.parts.stopping == nil ? 0 : 2 * plan.keptVariables.reduce(0) { $0 + $1.type.byteCount }
    weights = weightsBefore + 2 * variables + best
    let splits = plan.splitsToEvaluate(on: dataset)
    let crops = splits.union(splitsBefore).reduce(0) { $0 + dataset.indices(of: .labelled($1)).count }
    photographs = crops * images.byteCount / images.shape[0]
    evaluation =
      splits.isEmpty
      ? 0
      : try InferenceNetwork.plan(
        plan.networkToEvaluate, size: plan.size, channels: dataset.channels, workers: workers
      ).program.arenaBytes
    if case .labels = plan.parts.loss {
      evaluatesAfterwards = plan.parts.stopping == nil
    } else {
      evaluatesAfterwards = false
    }
    remedy =
      "use a batch of fewer than \(plan.optimize.batch), views smaller than \(plan.size) pixels"
      + (graph.checkpoints.isEmpty
        ? ", or Checkpoint { } around layers of the encoder" : " or a smaller encoder")
  }

  /// Why a stage that needs more than there is does not begin.
  func refusal(available: Int) -> String {
    "The stage \"\(stage)\" needs \(summary), but \(SystemMemory.text(available)) are available; \(remedy)."
  }
}

extension StagePlan {
  /// The labelled photographs that the stage is checked or scored on.
  func splitsToEvaluate(on dataset: Dataset) -> Set<Split> {
    switch parts.loss {
    case .embeddings:
      let splits: Set<Split> = dataset.classes.isEmpty ? [] : [.train, .validation]
      return splits.contains { dataset.indices(of: .labelled($0)).isEmpty } ? [] : splits
    case .labels:
      let validates = parts.search != nil || parts.stopping != nil
      return Set([parts.evaluate?.split, validates ? .validation : nil].compactMap { $0 })
    }
  }

  /// The network that gives what is checked or scored: features, or the scores of classes.
  var networkToEvaluate: LayerSequence {
    if case .labels = parts.loss { parts.model } else { parts.encoder }
  }
}

extension Pipeline {
  /// The memory each stage takes when it is trained on a dataset, besides the dataset's own, in the order of
  /// `stages`. Nothing is allocated or run.
  ///
  /// - Parameters:
  ///   - dataset: The photographs.
  ///   - size: The side of the views in pixels; as a rule that of the first photograph.
  ///   - workers: The threads.
  /// - Throws: `PipelineErrors` with everything that keeps a stage from running.
  public func memory(
    on dataset: Dataset, size: Int? = nil, workers: Workers = .shared
  ) throws -> [StageMemory] {
    try PipelinePlan(self, on: dataset, size: size, seed: 0, workers: workers).memory
  }

  /// The stages as text, each with the memory it takes.
  public func describe(_ memory: [StageMemory]) -> String {
    describe { stage in
      memory.first { $0.stage == stage.title }.map { "takes \($0.summary)" }
    }
  }
}
