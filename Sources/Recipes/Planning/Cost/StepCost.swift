import Ops

/// The work of a training step, and what its ranks exchange.
struct StepCost {
  /// The calls of a chunk's forward pass, and those of them that are repeated for the gradients where a rank
  /// computes several chunks.
  let forward: [CallCost]
  let repeated: [CallCost]
  /// The calls of a chunk's backward pass.
  let backward: [CallCost]
  /// The calls of the loss of the whole batch, and of the update, which every rank makes.
  let loss: [CallCost]
  let update: [CallCost]
  /// The chunks of a batch.
  let chunks: Int
  /// The bytes of the networks' results for the whole batch, which are gathered.
  let resultBytes: Int
  /// The bytes of a chunk's states, such as the moments of batch normalization, which are averaged.
  let stateBytes: Int
  /// The bytes of the gradients, which are summed.
  let gradientBytes: Int
  /// The seconds in which one thread draws the views of a chunk.
  var drawing = 0.0
}

extension StepCost {
  /// Reads the work of a compiled step.
  init(of plan: StepPlan) {
    guard let cut = plan.cut else {
      (forward, repeated, loss, update) = ([], [], [], [])
      backward = plan.last.costs()
      (chunks, resultBytes, stateBytes, gradientBytes) = (1, 0, 0, 0)
      return
    }
    let float = MemoryLayout<Float>.stride
    forward = cut.part.costs { $0 != .backward }
    repeated = cut.part.costs { $0 == .shared }
    backward = cut.part.costs { $0 == .backward }
    loss = cut.loss.costs()
    update = plan.last.costs()
    chunks = cut.batch.count
    let results = cut.step.definition.read(cut.step.part.results)
    resultBytes = results.reduce(0) { $0 + $1.rows.shape.count } * chunks * float
    stateBytes = cut.step.part.states.reduce(0) { $0 + $1.value.shape.count } * float
    gradientBytes = cut.step.part.parameters.reduce(0) { $0 + $1.gradient.shape.count } * float
  }

  /// Returns the bytes that each of some ranks sends in a step.
  func bytesSent(ranks: Int) -> Double { bytesGathered(ranks: ranks) + bytesReduced(ranks: ranks) }

  /// Its results and its states, to every other rank.
  func bytesGathered(ranks: Int) -> Double {
    Double(ranks - 1) * (Double(resultBytes) / Double(ranks) + Double(stateBytes))
  }

  /// Of the gradients, in each of two phases, all but a slice.
  func bytesReduced(ranks: Int) -> Double { 2 * Double(gradientBytes) * Double(ranks - 1) / Double(ranks) }

  /// The buckets of gradients, each summed by itself.
  var gradientBuckets: Int { gradientBytes / GradientBuckets.fullBytes + 1 }

  /// Returns the bytes that copies of gradients on a rank read and write.
  ///
  /// Each chunk's are copied, or added to those before, and the sums are handed to the update; slices of
  /// ranks are added; what is sent and received is copied by the MPI library and the system.
  func copiedBytes(ranks: Int) -> Double {
    guard chunks > 1 else { return 0 }
    let own = chunks / ranks
    let local = 2 * ((own + 1) / 2) + 3 * (own - 1) + 2
    let exchanged = Double(ranks - 1) / Double(ranks) * (3 + 8)
    return Double(gradientBytes) * (Double(local) + exchanged)
  }
}

extension StagePlan {
  /// Returns the work of a step.
  ///
  /// - Parameter secondsOfView: Those in which a thread draws a view.
  func cost(secondsOfView: Double) -> StepCost {
    var cost = StepCost(of: program)
    let samples = step.definition.form.samples / cost.chunks
    cost.drawing = Double(samples * parts.views.count) * secondsOfView
    return cost
  }
}

/// Returns the seconds that a step takes on some ranks, by the model.
///
/// - Parameters:
///   - chunk: The samples of a chunk; the whole batch if nil.
///   - bitsPerSecond: The bits per second between machines of one rank each; nil if all ranks are on one.
///   - rates: Those of all threads of a machine.
package func modelledSeconds(
  of step: TrainingStep, chunk: Int?, ranks: Int, bitsPerSecond: Double? = nil, rates: MachineRates,
  workers: Workers
) throws -> Double {
  let cluster =
    bitsPerSecond.map { Cluster(machines: ranks, bitsPerSecond: $0, rates: rates) }
    ?? Cluster(machines: 1, ranksPerMachine: ranks, rates: rates)
  let cost = StepCost(of: try StepPlan(step, chunk: chunk, workers: workers))
  return cluster.time(of: cost, ranks: ranks).total
}
