import Ops

/// The memory that a run takes in a stage besides what photographs take that are kept in memory; known before
/// it runs.
public struct StageMemory: Sendable {
  /// The stage's title.
  public let stage: String
  /// Bytes of the program itself: its code and libraries, its threads, the list of photographs, and a
  /// twentieth of the rest for what lies between blocks of memory.
  public let program: Int
  /// Bytes of the photographs that threads read and draw views of at the same time.
  public let reading: Int
  /// Bytes of the compiled training step: inputs, parameters, what the optimizer remembers, values and
  /// gradients.
  public let step: Int
  /// Bytes of a batch of views, drawn while the step still holds the one before.
  public let batch: Int
  /// Bytes of weights outside the step: those of the stages before, and the copies made to write the stage's
  /// own.
  public let weights: Int
  /// Bytes of the labelled photographs that this stage and those before are checked or scored on.
  public let photographs: Int
  /// Bytes of the network that a pretrained encoder is checked with beside the step, or a classifier scored
  /// with after it.
  public let evaluation: Int
  /// Whether the step is gone when it is evaluated.
  private let evaluatesAfterwards: Bool
  // What would make it less.
  private let remedy: String

  /// All of it at the worst moment, in bytes.
  public let total: Int

  /// The amount and its parts, in words.
  public var summary: String {
    let parts = [
      (program, "for the program itself"), (reading, "to read photographs"), (step, "for a step"),
      (batch, "for its views"), (weights, "for copies of weights"),
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
    of plan: StagePlan, on dataset: Dataset, in process: Process, inference: InferencePlans,
    weightsBefore: Int, splitsBefore: Set<Split>
  ) throws {
    stage = plan.stage.title
    step = plan.program.byteCount
    let graph = plan.step.graph
    let float = MemoryLayout<Float>.stride
    batch =
      plan.step.definition.images.elementsPerSample * float
      * (plan.optimize.chunk ?? plan.optimize.batch)
    let variables = graph.variables.reduce(0) { $0 + $1.type.byteCount }
    // A checkpoint is written from the values and the tensors in PyTorch's layout.
    let best = plan.parts.stopping == nil ? 0 : 2 * plan.keptVariables.reduce(0) { $0 + $1.type.byteCount }
    weights = weightsBefore + 2 * variables + best
    let splits = plan.splitsToEvaluate(on: dataset)
    let crops = splits.union(splitsBefore).reduce(0) { $0 + dataset.indices(of: .labelled($1)).count }
    photographs = crops * plan.size * plan.size * dataset.channels * float
    if splits.isEmpty {
      evaluation = 0
    } else {
      let network = try inference.plan(of: plan.networkToEvaluate)
      var features = 0
      if !plan.parts.isClassifier {
        features = StageMemory.bytesOfFeatures(network.output.shape.channels, splits, of: dataset)
      }
      evaluation = network.program.arenaBytes + features
    }
    evaluatesAfterwards = plan.parts.isClassifier && plan.parts.stopping == nil
    remedy =
      "use a batch of fewer than \(plan.optimize.batch), views smaller than \(plan.size) pixels"
      + (graph.checkpoints.isEmpty
        ? ", or Checkpoint { } around layers of the encoder" : " or a smaller encoder")
    let training = step + batch
    let own =
      weights + photographs + (evaluatesAfterwards ? max(training, evaluation) : training + evaluation)
    reading = process.reading
    program = process.program + (own + reading) / 20
    total = program + reading + own
  }

  // Features in single and, copied twice, in double precision, and the steps that a linear probe remembers.
  private static func bytesOfFeatures(_ columns: Int, _ splits: Set<Split>, of dataset: Dataset) -> Int {
    let samples = splits.reduce(0) { $0 + dataset.indices(of: .labelled($1)).count }
    return samples * columns * 24 + dataset.classes.count * (columns + 1) * 30 * MemoryLayout<Double>.stride
  }

  /// Why a stage that needs more than there is does not begin; nil if there is enough.
  ///
  /// - Parameters:
  ///   - resident: What of it the process has already, in bytes.
  ///   - mapped: Bytes of address space that are set aside and hardly used.
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
  /// What is the same for all stages.
  struct Process {
    let program: Int
    let reading: Int

    /// - Parameter size: The side of the largest views in pixels.
    init(of dataset: Dataset, size: Int, workers: Workers) {
      // 32 bytes in four thirds as many places as may be taken.
      let attributes = dataset.photographs.reduce(0) { sum, photograph in
        sum + (photograph.attributes.isEmpty ? 0 : 64 + photograph.attributes.capacity * 43)
      }
      // As measured: libraries and their data; a thread's stack, OpenBLAS's packed blocks and the allocator's
      // lists; an entry of the dataset with its names.
      program = 64 << 20 + workers.count * (12 << 20) + dataset.photographs.count << 10 + attributes
      let picture = dataset.largestPicture(workers)
      // The picture as numbers, what a view is resampled through, and the view.
      let views = 3 * size * size * dataset.channels * MemoryLayout<Float>.stride
      reading = workers.count * (picture.decoding + 2 * picture.numbers + views)
    }
  }

  /// What a run with these stages takes at its worst moment, and what there is, in words.
  ///
  /// - Parameters:
  ///   - memory: That of each stage.
  ///   - photographs: Bytes of the photographs that are kept in memory.
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

  /// Address space that the allocator reserves for each thread, of which little is used.
  static func mapped(by workers: Workers) -> Int { workers.count * Workers.allocatorBytesPerThread }
}

extension StagePlan {
  /// The labelled photographs that the stage is checked or scored on.
  func splitsToEvaluate(on dataset: Dataset) -> Set<Split> {
    if parts.isClassifier {
      let validates = parts.search != nil || parts.stopping != nil
      return Set([parts.evaluate?.split, validates ? .validation : nil].compactMap { $0 })
    }
    let splits: Set<Split> = dataset.classes.isEmpty ? [] : [.train, .validation]
    return splits.contains { dataset.indices(of: .labelled($0)).isEmpty } ? [] : splits
  }

  /// The network that gives what is checked or scored: features, or the scores of classes.
  var networkToEvaluate: LayerSequence {
    parts.isClassifier ? parts.model : parts.encoder
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
