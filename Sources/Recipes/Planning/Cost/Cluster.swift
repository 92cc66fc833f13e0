import Ops

/// Machines of one kind with a network between them, and the time of a training step on their ranks.
///
///     let cluster = Cluster(machines: 16, bitsPerSecond: 25e9, rates: try .measured())
///     let seconds = cluster.time(of: StepCost(of: plan.program), ranks: 8).total
///
/// A rank computes by the roofline model (``MachineRates``). Messages leave a gap apart, arrive after a
/// latency (LogP, Culler et al. 1993), and take their bytes over the bandwidth of a machine's link, which its
/// ranks share. Sums of gradients go on beside the backward pass of a rank's last chunk; what they take
/// beyond that is waited for.
package struct Cluster: Sendable {
  let machines: Int
  /// The ranks on each machine, which divide its threads and its memory bandwidth evenly.
  let ranksPerMachine: Int
  /// The bits per second of a machine's link, in each direction.
  let bitsPerSecond: Double
  let rates: MachineRates

  /// The seconds of a short message between machines, as over TCP on Ethernet, and within one; and those
  /// between the starts of two.
  static let (latency, localLatency, gap) = (20e-6, 2e-6, 2e-6)

  /// A cluster.
  ///
  /// - Parameter rates: Those of all threads of a machine.
  package init(
    machines: Int, ranksPerMachine: Int = 1, bitsPerSecond: Double = .infinity, rates: MachineRates
  ) {
    (self.machines, self.ranksPerMachine) = (machines, ranksPerMachine)
    (self.bitsPerSecond, self.rates) = (bitsPerSecond, rates)
  }

  /// The ranks of all machines.
  var ranks: Int { machines * ranksPerMachine }

  /// Returns the seconds of a step whose chunks some ranks share, on as few machines as have them.
  ///
  /// - Parameter ranks: A number that divides that of the chunks.
  func time(of step: StepCost, ranks: Int) -> StepTime {
    contract(step.chunks % ranks == 0, "\(ranks) ranks share \(step.chunks) chunks evenly")
    let neighbors = min(ranks, ranksPerMachine)
    let share = 1 / Double(neighbors)
    func computing(_ calls: [CallCost]) -> Double { rates.seconds(of: calls, onShare: share) }

    let chunks = Double(step.chunks / ranks)
    let isRepeated = step.chunks > ranks
    let backward = computing(step.backward)
    let networks = computing(step.forward) + (isRepeated ? computing(step.repeated) : 0) + backward
    var time = StepTime()
    time.views =
      (isRepeated ? 2 : 1) * chunks * step.drawing / max(1, Double(rates.threads) * share)
    time.networks = chunks * networks + computing(step.loss)
    time.weights = computing(step.update) + step.copiedBytes(ranks: ranks) * rates.byte / share
    guard ranks > 1 else { return time }
    // The messages of a phase to all others, but for their bytes.
    let latency = ranks > neighbors ? Cluster.latency : Cluster.localLatency
    let phase = latency + Double(ranks - 1) * Cluster.gap
    // An agreement, the results and the states are gathered; each bucket of gradients takes two phases.
    let gathering = onLink(step.bytesGathered(ranks: ranks), ranks) + 3 * phase
    let sums =
      onLink(step.bytesReduced(ranks: ranks), ranks) + 2 * phase * Double(step.gradientBuckets)
    time.network = gathering + max(2 * phase, sums - backward)
    return time
  }

  /// Returns the seconds of a stage's training on some ranks, without evaluations.
  ///
  /// - Parameter secondsOfView: Those in which a thread draws a view; without views by default.
  func seconds(of plan: StagePlan, ranks: Int, secondsOfView: Double = 0) -> Double {
    let steps = plan.samples.batchesPerEpoch * plan.optimize.epochs
    return Double(steps) * time(of: plan.cost(secondsOfView: secondsOfView), ranks: ranks).total
  }

  /// Returns the seconds of a step on some ranks.
  ///
  /// - Parameters:
  ///   - chunk: The samples of a chunk; the whole batch if nil.
  ///   - precision: The precision in which the networks are computed.
  /// - Throws: `GraphErrors` with every mistake of the model.
  package func seconds(
    of step: TrainingStep, chunk: Int?, precision: Precision = .single, ranks: Int, workers: Workers
  ) throws -> Double {
    let plan = try StepPlan(step, chunk: chunk, precision: precision, workers: workers)
    return time(of: StepCost(of: plan), ranks: ranks).total
  }

  // The seconds in which a machine's link passes what its ranks send to those of other machines.
  private func onLink(_ bytes: Double, _ ranks: Int) -> Double {
    let neighbors = min(ranks, ranksPerMachine)
    let leaving = bytes * Double(neighbors) * Double(ranks - neighbors) / Double(ranks - 1)
    return leaving * 8 / bitsPerSecond
  }
}

/// The seconds of a training step, or of many, by what they are spent on.
struct StepTime: Equatable {
  /// Drawing views.
  var views = 0.0
  /// The forward and the backward pass, and the loss.
  var networks = 0.0
  /// The update of all weights, which every rank makes, and the copies of their gradients.
  var weights = 0.0
  /// Waiting for the network.
  var network = 0.0

  var total: Double { views + networks + weights + network }

  mutating func add(_ step: StepTime, times count: Double) {
    views += step.views * count
    networks += step.networks * count
    weights += step.weights * count
    network += step.network * count
  }
}
