/// Binary cross-entropy of each output as the logit of a label: the multi-label objective, PyTorch's
/// `BCEWithLogitsLoss`.
///
///     Stage("signs", on: .unlabelled) {
///       Views(1) { RandomFlip() }
///       encoder
///       Linear(3)
///       SigmoidCrossEntropy(columns: ["ulcer", "scale", "crust"])
///       Optimize(SGD(learningRate: 0.02), batch: 32, epochs: 30)
///     }
///
/// Columns of the manifest are 0, 1, or empty if unknown. For a logit `x` and a label `t` of weight `w` it is
/// `-w t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x))`; the loss is the mean over all known labels.
/// Photographs without a known label are left out.
public struct SigmoidCrossEntropy: TrainingObjective {
  /// The columns, in the order of the outputs.
  public let columns: [String]
  /// The weight of a positive label for each column, PyTorch's `pos_weight`; 1 if empty.
  public let positiveWeights: [Double]

  /// Creates the cross-entropy with the labels in the given columns.
  ///
  /// - Parameters:
  ///   - columns: The columns, in the order of the outputs.
  ///   - positiveWeights: The weight of a positive label for each column, PyTorch's `pos_weight`; 1 if empty.
  public init(columns: [String], positiveWeights: [Double] = []) {
    self.columns = columns
    self.positiveWeights = positiveWeights
  }

  public var problems: [SettingProblem] {
    Check.columns(columns)
    Check.that(
      positiveWeights.isEmpty || positiveWeights.count == columns.count, "positiveWeights", positiveWeights,
      mustBe: "a number for each of the \(columns.count) columns, or none")
    positiveWeights.lazy.compactMap { Check.number("positiveWeights", $0, above: 0) }.first
  }

  public var needs: ObjectiveNeeds { ObjectiveNeeds(values: columns, valuesOnly: true) }

  public var predicts: ObjectivePrediction { .values }

  public func requirement(for value: Double, in column: String) -> String? {
    value == 0 || value == 1 ? nil : "0 or 1, or nothing where nobody knows"
  }

  public func loss(of batch: TrainingBatch) -> Tensor {
    let (logits, signs) = (batch.output(for: columns), batch.values(of: columns))
    guard logits.isKnown else { return logits }
    var entries = softplus((1 - 2 * signs) * logits)
    if !positiveWeights.isEmpty {
      let more = batch.graph.constant(positiveWeights.map { $0 - 1 }, [columns.count])
      entries = entries * (1 + more * signs)
    }
    return batch.knownMean(of: entries, columns)
  }

  // log(1 + e^x). Its two parts have kinks at 0 that cancel.
  private func softplus(_ x: Tensor) -> Tensor {
    customGradient(for: [x]) { x in
      relu(x[0]) + log(1 + exp(-abs(x[0])))
    } gradient: { upstream, _, x in
      [upstream * sigmoid(x[0])]
    }
  }
}

extension Check {
  /// Columns of a manifest, each named once.
  static func columns(_ columns: [String]) -> SettingProblem? {
    that(
      !columns.isEmpty && !columns.contains("") && Set(columns).count == columns.count, "columns", columns,
      mustBe: "the names of one column or more, each once")
  }
}
