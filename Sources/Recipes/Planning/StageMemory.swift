import Ops

/// The memory of a run during a stage, without photographs kept in memory; computed before it runs.
public struct StageMemory: Sendable {
  /// The stage's title.
  public let stage: String
  /// The process itself in bytes: code and libraries, threads, the list of photographs, and a twentieth of
  /// the rest for fragmentation.
  public let program: Int
  /// The photographs that threads read and draw views of concurrently, in bytes.
  public let reading: Int
  /// The compiled training step in bytes: inputs, parameters, optimizer state, activations and gradients.
  public let step: Int
  /// A batch of views in bytes, drawn while the step still uses the previous one.
  public let batch: Int
  /// Weights outside the step in bytes: those of earlier stages, and the copies for writing the stage's own.
  public let weights: Int
  /// The labelled photographs for the evaluations of this stage and earlier ones, in bytes.
  public let photographs: Int
  /// The evaluation network in bytes: it checks a pretrained encoder during training, or scores a classifier
  /// afterwards.
  public let evaluation: Int
  /// The features of photographs, and the encoder that computes them, in bytes, of a stage that is trained on
  /// them.
  public let features: Int
  /// Whether the step is freed before the evaluation.
  private let evaluatesAfterwards: Bool
  // A suggestion to reduce it.
  private let remedy: String

  /// Peak bytes.
  public let total: Int

  /// The total and its parts, in words.
  public var summary: String {
    let parts = [
      (program, "for the program itself"), (reading, "to read photographs"), (step, "for a step"),
      (batch, "for its views"), (weights, "for copies of weights"),
      (photographs, "for photographs to evaluate on"),
      (evaluation, evaluatesAfterwards ? "to evaluate afterwards" : "to evaluate"),
      (features, "for features of photographs"),
    ]
    let listed = parts.filter { $0.0 > 0 }.map { "\(SystemMemory.text($0.0)) \($0.1)" }
    return "\(SystemMemory.text(total)) of memory (\(listed.joined(separator: ", ")))"
  }

  /// Computes the memory of a stage.
  ///
  /// - Parameters:
  ///   - weightsBefore: The bytes of earlier stages' weights that this stage or a later one starts from.
  ///   - splitsBefore: The splits of photographs cropped by earlier stages.
  ///   - ranks: The ranks that share its chunks.
  init(
    of plan: StagePlan, on dataset: Dataset, in process: Process, inference: InferencePlans,
    weightsBefore: Int, splitsBefore: Set<Split>, ranks: Int = 1
  ) throws {
    stage = plan.stage.title
    step = plan.program.bytes(ranks: ranks)
    let graph = plan.step.graph
    let float = MemoryLayout<Float>.stride
    batch =
      plan.isOnFeatures
      ? 0
      : plan.step.definition.images.elementsPerSample * float
        * (plan.optimize.chunk ?? plan.optimize.batch)
    let variables = graph.variables.reduce(0) { $0 + $1.type.byteCount }
    // A checkpoint is written from the values and the tensors in PyTorch's layout.
    let best = plan.parts.stopping == nil ? 0 : 2 * plan.keptVariables.reduce(0) { $0 + $1.type.byteCount }
    weights = weightsBefore + 2 * variables + best
    let splits = plan.splitsToEvaluate(on: dataset)
    let cropped = plan.splitsToCrop(on: dataset).union(splitsBefore)
    let crop = plan.size * plan.size * dataset.channels * float
    photographs = cropped.reduce(0) { $0 + dataset.indices(of: .labelled($1)).count } * crop
    features =
      try plan.isOnFeatures ? StageMemory.bytesOnFeatures(plan, splits, of: dataset, crop, inference) : 0
    var evaluation = 0
    if !splits.isEmpty, !plan.isScoredOnFeatures {
      let network = try inference.plan(of: plan.networkToEvaluate)
      var features = 0
      if !plan.parts.isClassifier {
        features = StageMemory.bytesOfFeatures(network.output.shape.channels, splits, of: dataset)
      }
      evaluation = network.program.arenaBytes + features
    }
    if let audit = plan.parts.audit {
      let network = try inference.plan(of: plan.parts.encoder)
      let bytes = audit.bytes(photographs: dataset.photographs.count, columns: network.output.shape.channels)
      evaluation = max(evaluation, network.program.arenaBytes + bytes)
    }
    self.evaluation = evaluation
    evaluatesAfterwards = plan.parts.isClassifier && plan.parts.stopping == nil
    remedy =
      "use a batch of fewer than \(plan.optimize.batch), views smaller than \(plan.size) pixels"
      + (plan.precision == .single ? ", mixed precision" : "")
      + (graph.checkpoints.isEmpty
        ? ", or Checkpoint { } around layers of the encoder" : " or a smaller encoder")
    let training = step + batch + features
    let own =
      weights + photographs + (evaluatesAfterwards ? max(training, evaluation) : training + evaluation)
    reading = process.reading
    program = process.program + (own + reading) / 20
    total = program + reading + own
  }

  // Features in single and, twice, in double precision, and the steps stored by a linear probe's optimizer.
  private static func bytesOfFeatures(_ columns: Int, _ splits: Set<Split>, of dataset: Dataset) -> Int {
    let samples = splits.reduce(0) { $0 + dataset.indices(of: .labelled($1)).count }
    return samples * columns * 24 + dataset.classes.count * (columns + 1) * 30 * MemoryLayout<Double>.stride
  }

  // The table of features, the networks before and behind it, and the crops of a batch.
  private static func bytesOnFeatures(
    _ plan: StagePlan, _ splits: Set<Split>, of dataset: Dataset, _ crop: Int, _ inference: InferencePlans
  ) throws -> Int {
    let encoder = try inference.plan(of: plan.parts.encoder)
    let head = try inference.plan(behindFeaturesOf: plan.parts.model)
    let columns = encoder.output.shape.channels
    return FeatureTable.bytes(rows: plan.rowsOfFeatures(splits, of: dataset), columns: columns)
      + encoder.program.arenaBytes + 2 * head.program.arenaBytes + InferenceNetwork.usualBatch * crop
  }

  /// Returns why a stage cannot run in the available memory; nil if it can.
  ///
  /// - Parameters:
  ///   - resident: The bytes already used by the process.
  ///   - mapped: The bytes of address space that are reserved but mostly unused.
  func refusal(in memory: SystemMemory, resident: Int, mapped: Int) -> String? {
    let present = min(program, resident)
    do throws(MemoryShortage) {
      try memory.require(total - present, mapped: mapped, for: "")
      return nil
    } catch {
      let besides =
        error.isAddressSpace ? " and \(SystemMemory.text(mapped)) of address space for threads" : ""
      let less = error.isAddressSpace ? ", fewer threads (LOUPE_THREADS)" : ""
      return
        "The stage \"\(stage)\" needs \(summary)\(besides), of which the program has \(SystemMemory.text(present)), "
        + "but only \(error.remainder); \(remedy)\(less)."
    }
  }
}

extension StageMemory {
  /// The memory common to all stages.
  struct Process {
    let program: Int
    let reading: Int

    /// Computes the memory common to all stages.
    ///
    /// - Parameter size: The side of the largest views in pixels.
    init(of dataset: Dataset, size: Int, workers: Workers) {
      // 32 bytes in four thirds as many places as may be taken.
      let attributes = dataset.photographs.reduce(0) { sum, photograph in
        sum + (photograph.attributes.isEmpty ? 0 : 64 + photograph.attributes.capacity * 43)
      }
      // As measured: libraries and their data; a thread's stack, OpenBLAS's packing buffers and the
      // allocator's lists; an entry of the dataset with its names.
      program = 64 << 20 + workers.count * (12 << 20) + dataset.photographs.count << 10 + attributes
      let picture = dataset.largestPicture(workers)
      // The image as floating point, the intermediate images of resampling, and the view.
      let views = 3 * size * size * dataset.channels * MemoryLayout<Float>.stride
      reading = workers.count * (picture.decoding + 2 * picture.numbers + views)
    }
  }

  /// Returns the peak memory of a run with these stages, and the available memory, in words.
  ///
  /// - Parameters:
  ///   - memory: The memory of each stage.
  ///   - photographs: The bytes of photographs kept in memory.
  ///   - workers: The threads.
  ///   - system: The memory of this machine.
  public static func summary(
    of memory: [StageMemory], keeping photographs: Int = 0, workers: Workers = .shared,
    in system: SystemMemory = .current
  ) -> String {
    let most = memory.max { $0.total < $1.total }
    let total = (most?.total ?? 0) + photographs
    let kept = photographs > 0 ? ", with \(SystemMemory.text(photographs)) for photographs that are kept" : ""
    let present = min(most?.program ?? 0, ProcessMemory.resident ?? 0)
    let space = total - present + (ProcessMemory.addressSpace ?? 0) + mapped(by: workers)
    let here = system.available.map { "; \(SystemMemory.text($0)) are available here" } ?? ""
    return
      "The run takes at most \(SystemMemory.text(total)) of memory\(kept), and \(SystemMemory.text(space)) of address "
      + "space (ulimit -v)\(here)."
  }

  /// Returns the address space that the allocator reserves for the threads, mostly unused.
  static func mapped(by workers: Workers) -> Int { workers.count * Workers.allocatorBytesPerThread }
}

extension StagePlan {
  /// Returns the splits of labelled photographs for the stage's evaluation.
  func splitsToEvaluate(on dataset: Dataset) -> Set<Split> {
    if parts.isClassifier {
      let validates = !dataset.indices(of: .labelled(.validation)).isEmpty
      return Set([parts.evaluate?.split, validates ? .validation : nil].compactMap { $0 })
    }
    let splits: Set<Split> = dataset.classes.isEmpty ? [] : [.train, .validation]
    return splits.contains { dataset.indices(of: .labelled($0)).isEmpty } ? [] : splits
  }

  /// Returns the splits whose photographs are cropped for the evaluation, and kept.
  func splitsToCrop(on dataset: Dataset) -> Set<Split> {
    isScoredOnFeatures ? [] : splitsToEvaluate(on: dataset)
  }

  /// Returns the number of crops whose features a stage is trained and scored on.
  func rowsOfFeatures(_ splits: Set<Split>, of dataset: Dataset) -> Int {
    let mirrorings = Mirroring.averaged(parts.evaluate?.averagesFlips ?? false).count
    let scored = isScoredOnFeatures ? splits : []
    return dataset.indices(of: parts.selection).count
      + scored.reduce(0) { $0 + mirrorings * dataset.indices(of: .labelled($1)).count }
  }

  /// The network for the evaluation: features, or class logits.
  var networkToEvaluate: LayerSequence {
    parts.isClassifier ? parts.model : parts.encoder
  }
}

extension Pipeline {
  /// Returns the memory of each stage trained on a dataset, without that of the dataset, in the order of
  /// `stages`. Nothing is allocated or run.
  ///
  /// - Parameters:
  ///   - dataset: The photographs.
  ///   - size: The side of the views in pixels; by default that of the first photograph.
  ///   - workers: The threads.
  /// - Throws: `PipelineErrors` with everything that prevents a stage from running.
  public func memory(
    on dataset: Dataset, size: Int? = nil, workers: Workers = .shared
  ) throws -> [StageMemory] {
    try PipelinePlan(self, on: dataset, size: size, seed: 0, workers: workers).memory
  }

  /// Returns the stages as text, each with its memory.
  ///
  /// - Parameter memory: The memory of each stage.
  public func describe(_ memory: [StageMemory]) -> String {
    describe { stage in
      memory.first { $0.stage == stage.title }.map { "takes \($0.summary)" }
    }
  }
}
