/// The projection head between the encoder's features and a contrastive loss; discarded after pretraining
/// (Chen et al. 2020).
///
/// It maps `[N, features]` to `[N, output]` by Linear-BatchNorm-ReLU for each hidden layer, then
/// Linear-BatchNorm without a shift, or a Linear alone. Its parameters are named `projection.fc1.weight` and
/// so on.
public struct ProjectionHead: Layer {
  let hidden: [Int]
  let output: Int
  let normalizesOutput: Bool
  @Incidental private var file: StaticString
  @Incidental private var line: Int

  /// Creates a head with hidden layers of the given widths.
  ///
  /// - Parameters:
  ///   - hidden: The widths of the hidden layers.
  ///   - output: The width of the embeddings.
  ///   - normalizesOutput: Whether a batch normalization comes last. Turn it off for a loss of the columns'
  ///     variances, such as ``VICRegLoss``.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    hidden: [Int] = [512], output: Int = 128, normalizingOutput normalizesOutput: Bool = true,
    file: StaticString = #fileID, line: Int = #line
  ) {
    self.hidden = hidden
    self.output = output
    self.normalizesOutput = normalizesOutput
    self.file = file
    self.line = line
  }

  public var name: String? { "projection" }

  public var problems: [SettingProblem] {
    for width in hidden { Check.count("hidden", width) }
    Check.count("output", output)
  }

  public var location: SourceLocation? { SourceLocation(file: file, line: line) }
  public var body: some Layer {
    for width in hidden {
      Linear(width, bias: false, file: file, line: line); BatchNorm(); ReLU()
    }
    Linear(output, bias: false, file: file, line: line)
    if normalizesOutput { BatchNorm(shift: false) }
  }
}
