/// Checks a loss's gradient against central differences: with respect to the model's output and, if the loss
/// reads them, predictions and features.
///
///     try gradientCheck(MyLoss(), on: .random(8, 16)).verify()
///
/// What else the loss reads is drawn at random: features, predictions and what a target network makes of the
/// rows like the output, labels from its columns, or from 0 and 1 if the output is no classes; numbers of
/// columns are 0 or 1, and a quarter of them not known.
///
/// - Parameters:
///   - loss: The loss to check.
///   - output: Embeddings or logits `[V * N, D]`, with the first views of all samples before the second ones:
///     for two views, rows `i` and `i + N` are a pair.
///   - views: The number of views per sample; the smallest that the loss accepts if nil.
///   - labels: How many rows have labels, if the loss reads them.
///   - groups: The group of each sample.
///   - tolerance: The largest relative error allowed.
///   - seed: The seed of all random inputs.
/// - Throws: `GraphErrors` if the loss has errors in its settings or shapes.
public func gradientCheck(
  _ loss: some TrainingObjective, on output: CheckInput, views: Int? = nil, labels: BatchForm.Labels = .all,
  groups: [Int]? = nil, tolerance: Double = 1e-6, seed: UInt64 = 0
) throws -> GradientReport {
  let graph = GraphBuilder(precision: .float64)
  graph.check(loss)
  try graph.validate()
  let views = views ?? loss.needs.views.least ?? 1
  let shape = output.shape
  contract(
    shape.rank == 2 && shape[0] % views == 0,
    "rows are [\(views == 1 ? "" : "\(views) * ")N, D], not \(shape)")
  let form = BatchForm(
    samples: shape[0] / views, views: views, groups: groups.map { .given($0) } ?? .none,
    labels: loss.needs.labels ? labels : .none, values: loss.needs.values)
  let classes = loss.predicts == .classes ? shape.channels : 2
  let followed = Shape([loss.needs.targetViews(of: views) * form.samples, shape.channels])
  var inputs: [CheckInput] = [
    output, .uniform("predicted", shape), .uniform("target", followed, differentiated: false),
    .uniform("features", shape),
    .integers("labels", [shape[0]], in: (labels == .some ? -1 : 0)..<classes),
  ]
  inputs += CheckInput.values(of: form.values.count, rows: form.rows, seed: seed)
  let rows = inputs.map { graph.input($0.name, $0.shape, $0.element) }
  let value = loss.loss(
    of: TrainingBatch(
      form, output: rows[0], features: loss.needs.features ? rows[3] : nil, predicted: rows[1],
      target: rows[2], labels: loss.needs.labels ? rows[4] : nil))
  let needed = graph.contents.nodes(neededFor: [value.id])
  let read = zip(inputs, rows).dropFirst().filter { needed.contains($1.id) }.map(\.0)
  return try gradientCheck(loss.summary, of: value, on: [output] + read, tolerance: tolerance, seed: seed)
}

extension CheckInput {
  /// Returns embeddings `[rows, columns]` drawn from -1 to 1.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  public static func random(_ rows: Int, _ columns: Int) -> CheckInput { .uniform("z", [rows, columns]) }
}
