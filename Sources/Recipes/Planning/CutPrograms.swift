import Ops

/// The programs of a cut step: the parts before its update, with the exchanges between them.
final class CutPrograms {
  let step: ChunkedStep
  private let batch: BatchCut
  private let exchange: any Exchange
  private let embedding: Program
  private let loss: Program
  private let gradient: Program
  private let means: PairwiseReduction
  private let sums: PairwiseReduction

  init(_ plan: CutPlan, _ exchange: some Exchange, sharingVariablesOf owner: Program) throws(OutOfMemory) {
    step = plan.step
    batch = plan.batch
    self.exchange = exchange
    embedding = try Program(plan.embedding, sharingVariablesOf: owner)
    loss = try Program(plan.loss, sharingVariablesOf: owner)
    gradient = try Program(plan.gradient, sharingVariablesOf: owner)
    means = plan.means(parts: exchange.parts.count)
    sums = plan.sums(parts: exchange.parts.count)
  }

  private var images: [ImageGroup] { step.definition.images }

  /// The views of every part for its results, then once more for its gradients.
  func pieces(of views: [ViewKey]) -> [[ViewKey]] {
    let pieces = exchange.parts.flatMap { images.pieces(of: views, batch, part: $0) }
    return pieces + pieces
  }

  /// Computes the loss of the batch, and the gradients of all parts.
  func run(
    _ inputs: StepInputs, load: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Double {
    inputs.set(in: embedding, of: step.embedding.graph)
    for part in exchange.parts {
      for name in images.inputNames { try embedding.withInput(name, load) }
      try embedding.checkedRun()
      for (name, rows) in step.definition.read(step.embedding.results) {
        embedding.withValue(of: rows) { rows in
          loss.withInput(name) { exchange.gather(rows, of: part, into: $0) }
        }
      }
      reduce(step.embedding.states.map(\.value), of: embedding, part, by: means)
    }
    inputs.set(in: loss, of: step.loss.graph)
    try loss.checkedRun()
    inputs.set(in: gradient, of: step.gradient.graph)
    for part in exchange.parts {
      for name in images.inputNames { try gradient.withInput(name, load) }
      for (name, rows) in step.loss.gradients {
        loss.withValue(of: rows) { rows in
          gradient.withInput(name) { batch.copy(from: rows, of: part, into: $0) }
        }
      }
      try gradient.checkedRun()
      reduce(step.gradient.parameters.map(\.gradient), of: gradient, part, by: sums)
    }
    return Double(loss.value(of: step.loss.value, as: Float.self)[0])
  }

  private func reduce(
    _ tensors: [Tensor], of program: Program, _ part: Int, by reduction: PairwiseReduction
  ) {
    for (place, tensor) in tensors.enumerated() {
      program.withValue(of: tensor) {
        exchange.reduce($0, of: part, tensor: place, by: reduction)
      }
    }
  }

  /// Gives the update what it reads of all parts.
  func hand(over update: Program) {
    typealias Name = ChunkedStep.InputName
    for (place, state) in step.embedding.states.enumerated() {
      update.setInput(Name.mean(of: state.variable), to: UnsafeBufferPointer(means.result(of: place)))
    }
    for (place, parameter) in step.gradient.parameters.enumerated() {
      update.setInput(Name.sum(of: parameter.variable), to: UnsafeBufferPointer(sums.result(of: place)))
    }
    for (variable, gradient) in step.loss.parameters {
      loss.withValue(of: gradient) { update.setInput(Name.lossGradient(of: variable), to: $0) }
    }
  }

  // The loss has been given those of every part.
  var output: [Float] { loss.withInput(ChunkedStep.InputName.online) { Array($0) } }

  var byteCount: Int {
    [embedding, loss, gradient].reduce(means.byteCount + sums.byteCount) { $0 + $1.arenaBytes }
  }
}

extension [ImageGroup] {
  /// The views of a part of a batch, those of each group by themselves.
  func pieces(of views: [ViewKey], _ batch: BatchCut, part: Int) -> [[ViewKey]] {
    ranges.map { batch.keys(of: part, views: $0, in: views) }
  }
}

extension Program {
  /// Sets an input to elements that lie elsewhere.
  fileprivate func setInput(_ name: String, to values: UnsafeBufferPointer<Float>) {
    withInput(name) { _ = $0.update(fromContentsOf: values) }
  }
}
