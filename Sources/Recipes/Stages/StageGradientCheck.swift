/// Checks the gradient of a stage's loss, through its head and encoder, with respect to every trained
/// parameter.
///
///     try gradientCheck(SimCLR(encoder, epochs: 1), image: [16, 16, 3]).verify()
///
/// Images are noise, labels are drawn at random (from the first two classes, where the model's output is no
/// classes), numbers of columns are 0 or 1 and a quarter of them not known, groups have two samples each and
/// all classes count the same; a target network is held, as everything behind a `stopGradient`. Parameters of
/// up to 16 elements are checked element by element, others along a random direction and at four elements.
/// See the check of a function for how, and that of a layer for what parameters are drawn from. It runs the
/// forward pass some thirty times for each parameter, so a network of few channels is a good choice.
///
/// - Parameters:
///   - recipe: The recipe of the stage.
///   - image: The shape of all views, `[H, W, C]`.
///   - batch: The number of samples.
///   - tolerance: The largest relative error allowed.
///   - seed: The seed for images, labels and parameters.
/// - Throws: `PipelineErrors` if the stage is incomplete, `GraphErrors` with the errors in its model,
///   `GradientShapeError`.
public func gradientCheck(
  _ recipe: some StageRecipe, image: Shape, batch: Int = 4, tolerance: Double = 1e-6, seed: UInt64 = 0
) throws -> GradientReport {
  let parts = try StageConfiguration(of: recipe.stage)
  let objective = parts.objective
  let form = BatchForm(
    samples: batch, views: parts.views.count, groups: parts.selection.hasGroups ? .input : .none,
    labels: objective.needs.labels ? parts.selection.labels : .none, values: objective.needs.values)
  let values = CheckInput.values(of: form.values.count, rows: form.rows, seed: seed)
  let step = try TrainingStep(
    parts.model, image: image, batch: form, objective: objective, predictor: parts.predictor,
    target: parts.target, optimizer: SGD(learningRate: 1), precision: .float64)
  let classes = objective.predicts == .classes ? step.output.shape.channels : 2
  let inputs = step.graph.inputs.compactMap { name, node -> CheckInput? in
    // A scheduled number stays at its initial value.
    if (step.graph.nodes[node].operation as? Input)?.initialValue != nil { return nil }
    let shape = step.graph.nodes[node].type.shape
    if let given = values.first(where: { $0.name == name }) { return given }
    switch name {
    case TrainingBatch.labelsInput:
      return .integers(name, shape, in: (form.labels == .some ? -1 : 0)..<classes)
    case Pairs.groupsInput:
      return .given(name, shape, (0..<batch).map { Double($0 / 2) }, differentiated: false)
    default: return .uniform(name, shape, in: 0...1, differentiated: false)
    }
  }
  return try gradientCheck(
    recipe.stage.title, of: step.loss, on: inputs, tolerance: tolerance, step: 1e-5, seed: seed,
    elementLimit: 16, directions: 1)
}
