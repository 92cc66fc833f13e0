import Ops

/// The programs of a cut step: the parts before its update, with the exchanges between them.
final class CutPrograms {
  let step: ChunkedStep
  private let batch: BatchCut
  private let exchange: any Exchange
  private let part: Program
  private let loss: Program
  private let isCollective: Bool
  private let means: PairwiseReduction
  private let sums: PairwiseReduction

  init(_ plan: CutPlan, _ exchange: some Exchange, sharingVariablesOf owner: Program) throws(OutOfMemory) {
    step = plan.step
    batch = plan.batch
    self.exchange = exchange
    part = try Program(plan.part, sharingVariablesOf: owner)
    loss = try Program(plan.loss, sharingVariablesOf: owner)
    isCollective = plan.part.isCollective
    part.gatherReplicas(by: exchange.gatherReplicas)
    means = plan.means(parts: exchange.parts.count, for: owner)
    sums = plan.sums(parts: exchange.parts.count, for: owner)
  }

  private var images: [ImageGroup] { step.definition.images }

  /// Whether the forward pass of each part has to be repeated for its gradients.
  private var isRepeated: Bool { exchange.parts.count > 1 }

  /// The views of every part for its results and, if there are several, once more for its gradients.
  func pieces(of views: [ViewKey]) -> [[ViewKey]] {
    let pieces = exchange.parts.flatMap { images.pieces(of: views, batch, part: $0) }
    return isRepeated ? pieces + pieces : pieces
  }

  /// Computes the loss of the batch, and the gradients of all parts.
  func run(
    _ inputs: StepInputs, load: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Double {
    inputs.set(in: part)
    var failure: (any Error)?
    do {
      for part in exchange.parts { try computeResults(of: part, load) }
    } catch { failure = error }
    try exchange.finishGathering(failure)
    inputs.set(in: loss)
    try loss.checkedRun()
    for part in exchange.parts { try computeGradients(of: part, load) }
    exchange.finishReducing()
    return Double(loss.value(of: step.loss.value, as: Float.self)[0])
  }

  private func computeResults(
    of place: Int, _ load: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    begin(place)
    var failure: (any Error)?
    do {
      for name in images.inputNames { try part.withInput(name, load) }
    } catch { failure = error }
    if isCollective { try exchange.agree(failure) } else if let failure { throw failure }
    try part.checkedForward()
    for (name, rows) in step.definition.read(step.part.results) {
      let views = rows.shape[0] / step.chunk
      part.withValue(of: rows) { rows in
        loss.withInput(name) { exchange.gather(rows, of: place, views: views, into: $0) }
      }
    }
    for (tensor, state) in step.part.states.enumerated() {
      part.withValue(of: state.value) { exchange.reduce($0, of: place, tensor: tensor, by: means) }
    }
  }

  // Tells the part's random masks which samples it has.
  private func begin(_ place: Int) {
    let name = GraphBuilder.RandomInput.firstSample
    guard part.hasInput(name) else { return }
    part.setInput(name, to: [Int32(batch.rows(of: place, view: 0).lowerBound)])
  }

  private func computeGradients(
    of place: Int, _ load: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    if isRepeated {
      begin(place)
      for name in images.inputNames { try part.withInput(name, load) }
      part.repeatForward()
    }
    for (name, rows) in step.loss.gradients {
      let views = rows.shape[0] / batch.samples
      loss.withValue(of: rows) { rows in
        part.withInput(name) { batch.copy(from: rows, of: place, views: views, into: $0) }
      }
    }
    let gradients = step.part.parameters.map(\.gradient)
    try part.checkedBackward { tensor in
      part.withValue(of: gradients[tensor]) { exchange.reduce($0, of: place, tensor: tensor, by: sums) }
    }
  }

  /// Gives the update the gradients of the loss's own parameters; what it reads of the parts is reduced to
  /// the memory of its inputs.
  func hand(over update: Program) {
    for (variable, gradient) in step.loss.parameters {
      loss.withValue(of: gradient) { (values: UnsafeBufferPointer<Float>) in
        update.withInput(ChunkedStep.InputName.lossGradient(of: variable)) {
          _ = $0.update(fromContentsOf: values)
        }
      }
    }
  }

  // The loss has been given those of every part.
  var output: [Float] { loss.withInput(ChunkedStep.InputName.online) { Array($0) } }

  var byteCount: Int {
    [part, loss].reduce(means.byteCount + sums.byteCount) { $0 + $1.arenaBytes }
  }
}

extension [ImageGroup] {
  /// The views of a part of a batch, those of each group by themselves.
  func pieces(of views: [ViewKey], _ batch: BatchCut, part: Int) -> [[ViewKey]] {
    ranges.map { batch.keys(of: part, views: $0, in: views) }
  }
}
