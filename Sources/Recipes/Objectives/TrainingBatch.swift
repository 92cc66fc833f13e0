/// The input of an objective: the network outputs for a batch, and the labels and groups of its samples.
///
/// Rows are `[V * N, ...]` for V views of N samples: the first views of all samples, then the second ones,
/// and so on.
public struct TrainingBatch {
  /// The name of the graph's input with the label of each row.
  public static let labelsInput = "labels"
  /// The name of the graph's input that holds numbers of each row's photograph, `[V * N, columns]`.
  public static let valuesInput = "values"
  /// The name of the graph's input that holds 1 for each of these numbers that is known, else 0.
  public static let isKnownInput = "isKnown"

  /// The static description of the batch.
  public let form: BatchForm
  /// The model's output for each row, from encoder and head, `[V * N, D]`: embeddings, or logits.
  public let output: Tensor
  private let ownFeatures: Tensor?
  private let ownPrediction: Tensor?
  private let ownTarget: Tensor?
  private let ownLabels: Tensor?

  /// Creates a batch of a form.
  ///
  /// - Parameters:
  ///   - form: The static description of the batch.
  ///   - output: The model's output for each row.
  ///   - features: The encoder's features of each row, if available.
  ///   - predicted: The predictions of the ``PredictionHead``, if there is one.
  ///   - target: The outputs of the ``TargetNetwork``, if there is one.
  ///   - labels: The label of each row; the graph's input ``labelsInput`` if nil.
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

  /// The graph of the loss.
  public var graph: GraphBuilder { output.graph }

  /// The predictions of the ``PredictionHead``; without one, the output itself.
  public var predicted: Tensor { ownPrediction ?? output }

  /// The outputs of the ``TargetNetwork``; without one, the output itself. No gradient flows through it.
  ///
  /// For an objective whose needs limit the ``ObjectiveNeeds/targetViews``, it begins with the rows of these,
  /// and need not have those of the others.
  public var target: Tensor { stopGradient(ownTarget ?? output) }

  /// The encoder's features of each row, `[V * N, F]`, for an objective that needs features.
  public var features: Tensor {
    ownFeatures ?? missing("features", TensorType(output.shape, graph.precision))
  }

  /// The class index of each row's photograph, `[V * N]`; -1 if unlabelled. For an objective that needs
  /// labels.
  public var labels: Tensor {
    if let ownLabels { return ownLabels }
    let type = TensorType([form.rows], .int32)
    if form.labels == .none { return missing("labels", type) }
    if let known = graph.inputs.first(where: { $0.name == TrainingBatch.labelsInput }) {
      return Tensor(graph: graph, id: known.node)
    }
    return graph.input(TrainingBatch.labelsInput, type.shape, type.element)
  }

  /// The group number of each sample, `[N]`, such as its patient's; without groups all are different.
  public var groups: Tensor { form.groups.numbers(of: form.samples, in: graph) }

  /// Returns the rows of one view, `[N, ...]`, of rows `[V * N, ...]`.
  ///
  /// - Parameters:
  ///   - number: The index of the view, from 0.
  ///   - rows: The rows of all views, `[V * N, ...]`.
  public func view(_ number: Int, of rows: Tensor) -> Tensor {
    contract((0..<form.views).contains(number), "there is no view \(number) among \(form.views)")
    return rows.sliced(number * form.samples..<(number + 1) * form.samples, axis: 0)
  }

  /// Returns the mean over labelled rows of a number per row, `[V * N]`.
  ///
  /// - Parameters:
  ///   - rows: The number for each row.
  ///   - own: The one-hot label of each row, `[V * N, classes]`.
  ///   - weights: Class weights; the sum is then divided by the sum of the rows' weights.
  public func labeledMean(of rows: Tensor, own: Tensor, weights: [Double]? = nil) -> Tensor {
    if form.labels == .all, weights == nil { return rows.mean() }
    let weighted = weights.map { own * graph.constant($0, [$0.count]) } ?? own
    let counts = weighted.sum(axes: [1])
    return (rows * counts).sum() / maximum(counts.sum(), 1e-6)
  }

  /// Returns the same batch with the output of another head.
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
