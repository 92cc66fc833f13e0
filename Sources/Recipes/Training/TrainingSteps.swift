import Ops

/// The steps of a stage's training, from the views of each batch to new weights; a rank of several computes
/// its parts of each.
final class TrainingSteps {
  let plan: StagePlan
  private let dataset: Dataset
  private let loader: any BatchLoader
  private let step: StepProgram
  private let maskSeed: UInt64
  private var epoch = 0
  private var next = 0
  private var batches: [[ViewKey]] = []
  // The views in the order in which steps ask for them, of which `piece` is being drawn.
  private var pieces: [[ViewKey]] = []
  private var piece = 0

  /// Allocates a stage's step.
  ///
  /// - Parameter features: The features of a stage that is trained on them.
  /// - Throws: `OutOfMemory` if the system does not have that memory.
  init(
    _ plan: StagePlan, on dataset: Dataset, features: FeatureLoader? = nil,
    exchanging exchange: (BatchCut) -> any Exchange, workers: Workers
  ) throws(OutOfMemory) {
    contract(plan.isOnFeatures == (features != nil), "features are for stages that are trained on them")
    self.plan = plan
    self.dataset = dataset
    loader =
      features
      ?? ViewLoader(
        plan.parts.views, of: dataset, plan.parts.selection, size: plan.size, seed: plan.seed,
        stage: plan.stream, workers: workers)
    var generator = CounterGenerator(seed: plan.seed, plan.stream)
    maskSeed = generator.next()
    step = try StepProgram(plan.program, exchanging: exchange)
  }

  /// The program that owns the variables.
  var program: Program { step.owner }

  /// All state carried from one step to the next.
  var variables: [Variable] { plan.trainedVariables }

  /// The model's outputs in the last step, a row for each view.
  var output: [Float] { step.output }

  /// The steps of an epoch.
  var countPerEpoch: Int { plan.samples.batchesPerEpoch }

  /// The number of images of the next step.
  var images: Int { batches[next].count }

  /// Begins with a step of an epoch, both counted from 0.
  func begin(_ number: Int, of epoch: Int) {
    self.epoch = epoch
    next = number
    batches = plan.samples.batches(seed: plan.seed, stage: plan.stream, epoch: epoch)
    pieces = batches[number...].flatMap(step.pieces)
    piece = 0
    if let first = pieces.first { loader.begin(first, epoch: epoch) }
  }

  /// Runs the next step of the epoch, and returns its loss.
  ///
  /// - Throws: `RunError` if, with numerics checks, a value becomes non-finite; `DataError` if a photograph
  ///   cannot be read; what the exchange throws.
  func run() throws -> Double {
    let inputs = try inputs(for: batches[next], at: epoch * countPerEpoch + next)
    next += 1
    do {
      return try step.run(inputs) { views in
        try loader.finish(into: views)
        piece += 1
        if piece < pieces.count { loader.begin(pieces[piece], epoch: epoch) }
      }
    } catch let first as NonFiniteValue {
      throw RunError.notFinite(
        stage: plan.stage.title, epoch: epoch + 1, step: next, learningRate: Double(inputs.learningRate),
        first: first)
    }
  }

  /// The learning rate of a step, counted from the beginning of the training.
  func rate(at step: Int) -> Double {
    plan.optimize.learningRate.rate(at: step, of: countPerEpoch * plan.optimize.epochs)
  }

  private func inputs(for batch: [ViewKey], at step: Int) throws(DataError) -> StepInputs {
    let total = countPerEpoch * plan.optimize.epochs
    let scheduled = plan.step.graph.scheduledInputs.map {
      ($0.name, Float($0.schedule.value(at: step, of: total)))
    }
    var labels: [Int32]?
    let form = plan.step.definition.form
    if form.labels != .none {
      labels = try batch.map { view throws(DataError) in
        let photograph = dataset.photographs[view.photograph]
        if photograph.label == nil, form.labels == .all { throw .missingLabel(photograph: photograph.id) }
        return Int32(photograph.label ?? -1)
      }
    }
    let groups = plan.groups.map { groups in
      batch.prefix(form.samples).map { Float(groups[$0.photograph]) }
    }
    // Asked for when the views are there: before, nobody knows which photographs cannot be read.
    let values = plan.values.map { [dataset] values in
      { values.rows(of: batch.map(\.photograph)) { dataset.damaged[$0] == nil } }
    }
    return StepInputs(
      learningRate: Float(rate(at: step)), seed: maskSeed,
      scheduled: Dictionary(uniqueKeysWithValues: scheduled),
      labels: labels, groups: groups, values: values)
  }
}
