/// Machines of one kind with a network between them, and the time of a training step on their ranks.
///
///     let cluster = Cluster(machines: 16, ranksPerMachine: 1, bitsPerSecond: 25e9, rates: .measured())
///     let step = cluster.time(of: StepCost(of: plan.program), ranks: 8)
///
/// A rank computes by the roofline model (``MachineRates``). A message takes a latency, and its bytes over the
/// bandwidth (Hockney 1994); all ranks of a machine share its link. Sums of gradients go on beside the
/// backward pass of a rank's last chunk, and what they take beyond that is waited for.
struct Cluster {
  var machines: Int
  /// The ranks on each machine, which divide its threads and its memory bandwidth evenly.
  var ranksPerMachine: Int
  /// The bits per second of a machine's link, in each direction.
  var bitsPerSecond: Double
  /// The seconds of a message between machines, and on one.
  var latency = 20e-6
  var localLatency = 2e-6
  var rates: MachineRates

  /// The seconds of a training step, by what they are spent on.
  struct StepTime {
    /// Drawing views.
    var drawing = 0.0
    /// The forward and the backward pass, and the loss.
    var networks = 0.0
    /// The update, and the copies of gradients before and after they are sent, which are the same for any
    /// number of ranks.
    var update = 0.0
    /// Waiting for the network.
    var waiting = 0.0

    var total: Double { drawing + networks + update + waiting }
  }

  /// The ranks of all machines.
  var ranks: Int { machines * ranksPerMachine }

  /// Returns the seconds of a step whose chunks are shared by some ranks, on as few machines as have them.
  ///
  /// - Parameter ranks: A number that divides that of the chunks.
  func time(of step: StepCost, ranks: Int) -> StepTime {
    let neighbors = min(ranks, ranksPerMachine)
    let share = 1 / Double(neighbors)
    let chunks = Double(step.chunks / ranks)
    let passes = step.chunks > ranks ? 2.0 : 1.0
    func computing(_ calls: [CallCost]) -> Double { rates.seconds(of: calls, onShare: share) }

    var time = StepTime()
    let threads = max(1, Double(rates.threads) * share)
    time.drawing = passes * chunks * step.drawing / threads
    let backward = computing(step.backward)
    let repeated = passes > 1 ? computing(step.repeated) : 0
    time.networks = chunks * (computing(step.forward) + repeated + backward) + computing(step.loss)
    time.update = computing(step.update) + copiedBytes(of: step, ranks: ranks) * rates.byte / share
    guard ranks > 1 else { return time }
    let message = ranks > neighbors ? latency : localLatency
    let others = Double(ranks - 1)
    // An agreement, results and states, each gathered at once; then a sum of two phases for each bucket.
    let gathering = seconds(ofWire: step.bytesGathered(ranks: ranks), ranks: ranks) + 3 * others * message
    let sums = Double(step.gradientBuckets) * 2 * others * message
    let reducing = seconds(ofWire: step.bytesReduced(ranks: ranks), ranks: ranks) + sums
    time.waiting = gathering + max(0, reducing - backward) + 2 * others * message
    return time
  }

  /// Returns the seconds of a stage's training on some ranks, without evaluations.
  func seconds(of plan: StagePlan, ranks: Int) -> Double {
    let steps = plan.samples.batchesPerEpoch * plan.optimize.epochs
    return Double(steps) * time(of: StepCost(of: plan.program), ranks: ranks).total
  }

  // Of the bytes that each rank sends, those to ranks on other machines pass its machine's link.
  private func seconds(ofWire bytes: Double, ranks: Int) -> Double {
    let neighbors = min(ranks, ranksPerMachine)
    let leaving = Double(ranks - neighbors) / Double(ranks - 1) * bytes * Double(neighbors)
    return leaving * 8 / bitsPerSecond
  }

  // Each chunk's gradients are copied or added to those before, and handed to the update; the slices of ranks
  // are added, and what is sent and received is copied by the MPI library and the system.
  private func copiedBytes(of step: StepCost, ranks: Int) -> Double {
    guard step.chunks > 1 else { return 0 }
    let chunks = step.chunks / ranks
    let own = 2 * ((chunks + 1) / 2) + 3 * (chunks - 1) + 2
    let exchanged = Double(ranks - 1) / Double(ranks) * (3 + 8)
    return Double(step.gradientBytes) * (Double(own) + exchanged)
  }
}
