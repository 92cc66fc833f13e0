import Ops

/// The rates of a machine, all its threads together, by which the work of a call becomes a time: a call takes
/// as long as its products or its passes over memory do, whichever is longer (the roofline model, Williams et
/// al. 2009).
package struct MachineRates: Equatable, Sendable {
  /// The rates of products by one algorithm.
  struct Products: Equatable, Sendable {
    /// The seconds of a multiplication or an addition.
    var operation: Double
    /// The seconds in which an element of the weights is arranged, once a call: products of few rows are
    /// slower for it.
    var weight: Double

    func seconds(_ call: CallCost) -> Double { call.operations * operation + call.weights * weight }
  }

  /// Products by the direct algorithm, and by Winograd's with operations counted as those of the direct one.
  var direct: Products
  var winograd: Products
  /// Products of pairs of bfloat16.
  var pairs: Products
  /// The seconds in which loops read or write a byte.
  var byte: Double
  /// The seconds of a call with hardly any work.
  var call: Double
  /// The threads.
  var threads: Int

  /// Returns the seconds of calls one after the other.
  ///
  /// - Parameter share: The part of the machine that computes them.
  func seconds(of calls: [CallCost], onShare share: Double = 1) -> Double {
    calls.reduce(0) { sum, call in
      sum + self.call + max(products(call.kind).seconds(call), call.bytes * byte) / share
    }
  }

  private func products(_ kind: CallCost.Kind) -> Products {
    switch kind {
    case .winograd: winograd
    case .pairs: pairs
    case .direct, .memory: direct
    }
  }
}

extension MachineRates {
  /// Returns the rates that the measured seconds of calls show.
  ///
  /// - Parameter calls: Calls of every kind.
  init(of calls: [(cost: CallCost, seconds: Double)], threads: Int) {
    func ofKind(_ kind: CallCost.Kind) -> [(cost: CallCost, seconds: Double)] {
      calls.filter { $0.cost.kind == kind && $0.seconds > 0 }
    }
    let loops = ofKind(.memory)
    let long = loops.filter { $0.cost.bytes >= MachineRates.longBytes }
    let short = loops.filter { $0.cost.bytes < MachineRates.shortBytes }.map(\.seconds).sorted()
    direct = Products(of: ofKind(.direct))
    winograd = Products(of: ofKind(.winograd))
    pairs = Products(of: ofKind(.pairs))
    byte = long.reduce(0) { $0 + $1.seconds } / max(1, long.reduce(0) { $0 + $1.cost.bytes })
    call = short.isEmpty ? 0 : short[short.count / 2]
    self.threads = threads
  }

  // The bytes of a loop that takes much longer than its start, and of one that hardly does.
  private static let (longBytes, shortBytes) = (524_288.0, 16_384.0)

  /// Measures the rates of some threads by the calls of a small step, in half a second, or of one in each
  /// precision, in about a second.
  ///
  /// - Parameters:
  ///   - precision: The precision of the steps that are estimated; products of pairs have no rate without
  ///     `.mixed`.
  ///   - workers: The threads.
  ///   - clock: Returns the seconds since some moment.
  /// - Throws: `OutOfMemory` if the system does not have 100 MB.
  package static func measured(
    in precision: Precision, by workers: Workers = .shared, clock: () -> Double = { MonotonicClock.seconds }
  ) throws -> MachineRates {
    let model = LayerSequence([
      ResNet(.custom(blocks: [1, 1, 1, 1], bottleneck: true, channels: 64)), Linear(128),
    ])
    let step = try TrainingStep(
      model, image: [64, 64, 3], pairs: Pairs(8), loss: NTXent(temperature: 0.1),
      optimizer: SGD(learningRate: 0.1, momentum: 0.9))
    func calls(in precision: Precision) throws -> [(cost: CallCost, seconds: Double)] {
      let program = try Program(
        ProgramPlan(
          step.graph, outputs: [step.loss], workers: workers, options: .environment(precision)))
      let report = program.timedRuns(3, clock: clock)
      return zip(report.calls.map(CallCost.init), report.seconds ?? []).map { (cost: $0, seconds: $1) }
    }
    // The other calls of mixed precision are those of single precision that also convert numbers.
    let ofPairs = precision == .mixed ? try calls(in: .mixed).filter { $0.cost.kind == .pairs } : []
    return MachineRates(of: try calls(in: .single) + ofPairs, threads: workers.count)
  }
}

extension MachineRates.Products {
  /// Fits the rates to measured calls by least squares, a call weighted by the time it takes.
  fileprivate init(of calls: [(cost: CallCost, seconds: Double)]) {
    var (oo, ow, ww, o, w) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (cost, seconds) in calls {
      oo += cost.operations * cost.operations / seconds
      ow += cost.operations * cost.weights / seconds
      ww += cost.weights * cost.weights / seconds
      o += cost.operations
      w += cost.weights
    }
    let determinant = oo * ww - ow * ow
    (operation, weight) = ((o * ww - w * ow) / determinant, (w * oo - o * ow) / determinant)
    // Where all calls have equally many rows, the two cannot be told apart.
    if !(operation > 0 && weight >= 0) { (operation, weight) = (oo > 0 ? o / oo : 0, 0) }
  }
}
