/// What an objective is a function of: what the networks of a stage make of a batch, and what is known of its
/// samples.
///
/// Rows are `[V * N, ...]` for V views of N samples: the first views of all samples, then the second ones,
/// and so on.
public struct TrainingBatch {
  /// The name of the graph's input that holds a label for each row.
  public static let labelsInput = "labels"
  /// The name of the graph's input that holds numbers of each row's photograph, `[V * N, columns]`.
  public static let valuesInput = "values"
  /// The name of the graph's input that holds 1 for each of these numbers that is known, else 0.
  public static let isKnownInput = "isKnown"

  /// How many samples there are, of how many views, and what is known of them beforehand.
  public let form: BatchForm
  /// What the model, encoder and head, makes of each row, `[V * N, D]`: embeddings, or logits.
  public let output: Tensor
  private let ownFeatures: Tensor?
  private let ownPrediction: Tensor?
  private let ownTarget: Tensor?
  private let ownLabels: Tensor?

  /// A batch of a form.
  ///
  /// - Parameters:
  ///   - features: What the encoder makes of each row, if it is known.
  ///   - predicted: What the ``PredictionHead`` says of each row, if there is one.
  ///   - target: What the ``TargetNetwork`` makes of each row, if there is one.
  ///   - labels: The label of each row; those of the graph's input ``labelsInput`` if nil.
  public init(
    _ form: BatchForm, output: Tensor, features: Tensor? = nil, predicted: Tensor? = nil,
    target: Tensor? = nil, labels: Tensor? = nil
  ) {
    self.form = form
    self.output = output
    ownFeatures = features
    ownPrediction = predicted
    ownTarget = target
    ownLabels = labels
  }

  /// The graph that the loss is a part of.
  public var graph: GraphBuilder { output.graph }

  /// What the ``PredictionHead`` says of each row; without one, the output itself.
  public var predicted: Tensor { ownPrediction ?? output }

  /// What the ``TargetNetwork`` makes of each row; without one, the output itself. No gradient flows through
  /// it.
  public var target: Tensor { stopGradient(ownTarget ?? output) }

  /// What the encoder makes of each row, `[V * N, F]`, for an objective that needs features.
  public var features: Tensor {
    ownFeatures ?? missing("features", TensorType(output.shape, graph.precision))
  }

  /// The class of the photograph that each row shows, `[V * N]`, counted from 0; -1 where nobody has labeled
  /// it. For an objective that needs labels.
  public var labels: Tensor {
    if let ownLabels { return ownLabels }
    let type = TensorType([form.rows], .int32)
    if form.labels == .none { return missing("labels", type) }
    if let known = graph.inputs.first(where: { $0.name == TrainingBatch.labelsInput }) {
      return Tensor(graph: graph, id: known.node)
    }
    return graph.input(TrainingBatch.labelsInput, type.shape, type.element)
  }

  /// The number of the group of each sample, `[N]`, such as its patient's; without groups all are different.
  public var groups: Tensor { form.groups.numbers(of: form.samples, in: graph) }

  /// The rows of one view, `[N, ...]`, of rows `[V * N, ...]`.
  public func view(_ number: Int, of rows: Tensor) -> Tensor {
    contract((0..<form.views).contains(number), "there is no view \(number) among \(form.views)")
    return rows.sliced(number * form.samples..<(number + 1) * form.samples, axis: 0)
  }

  /// The mean of a number for each row, `[V * N]`, over the rows that have a label.
  ///
  /// - Parameters:
  ///   - own: 1 in the column of each row's class, else 0, `[V * N, classes]`.
  ///   - weights: What the rows of each class count; the mean is then the sum divided by the weights.
  public func labeledMean(of rows: Tensor, own: Tensor, weights: [Double]? = nil) -> Tensor {
    if form.labels == .all, weights == nil { return rows.mean() }
    let weighted = weights.map { own * graph.constant($0, [$0.count]) } ?? own
    let counts = weighted.sum(axes: [1])
    return (rows * counts).sum() / maximum(counts.sum(), 1e-6)
  }

  /// The same batch with another output, by another head than the stage's.
  func with(output: Tensor) -> TrainingBatch {
    TrainingBatch(form, output: output, features: ownFeatures, labels: ownLabels)
  }

  func missing(_ what: String, _ type: TensorType, need: String? = nil) -> Tensor {
    graph.report(
      ShapeError(
        "The objective reads \(what), but does not say that it needs them.",
        expected: "`\(need ?? "\(what): true")` among its needs", found: "needs without \(what)",
        assuming: type))
  }
}
