/// The head of DINO between the encoder's features and prototypes (Caron et al. 2021); discarded after
/// pretraining.
///
/// It maps `[N, features]` to `[N, prototypes]`: Linear-GELU for each hidden layer, with a batch
/// normalization in between if wanted, a Linear to the bottleneck, whose rows are normalized, and their
/// cosines with the prototypes, a Linear without a bias whose rows are normalized too. The authors also train
/// with prototypes of any length, and keep these as they are in the first epoch; here their lengths are
/// always 1, the choice of the authors' recipes, and they are trained from the first step on.
///
/// Its parameters are named `projection.fc1.weight` and so on, and `projection.prototypes.weight`.
public struct DINOHead: Layer {
  let hidden: [Int]
  let bottleneck: Int
  let prototypes: Int
  let normalizesHidden: Bool
  @Incidental private var file: StaticString
  @Incidental private var line: Int

  /// Creates a head with hidden layers of the given widths.
  ///
  /// - Parameters:
  ///   - hidden: The widths of the hidden layers.
  ///   - bottleneck: The width of what is compared with the prototypes.
  ///   - prototypes: The number of prototypes, and of outputs. The authors have 65,536 for a million
  ///     photographs.
  ///   - normalizesHidden: Whether a batch normalization follows each hidden Linear, the authors'
  ///     `use_bn_in_head`. They do without, in long trainings with a slow warmup. In short ones by a center a
  ///     transformer, whose first features hardly differ from photograph to photograph, collapses without it.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    hidden: [Int] = [2048, 2048], bottleneck: Int = 256, prototypes: Int = 4096,
    normalizingHidden normalizesHidden: Bool = false, file: StaticString = #fileID, line: Int = #line
  ) {
    self.hidden = hidden
    self.bottleneck = bottleneck
    self.prototypes = prototypes
    self.normalizesHidden = normalizesHidden
    self.file = file
    self.line = line
  }

  public var name: String? { "projection" }

  public var problems: [SettingProblem] {
    for width in hidden { Check.count("hidden", width) }
    Check.count("bottleneck", bottleneck)
    Check.count("prototypes", prototypes)
  }

  public var location: SourceLocation? { SourceLocation(file: file, line: line) }

  public var body: some Layer {
    for width in hidden {
      Linear(width, initializer: .normal(deviation: 0.02), file: file, line: line)
      if normalizesHidden { BatchNorm() }
      GELU()
    }
    Linear(bottleneck, initializer: .normal(deviation: 0.02), file: file, line: line)
    Prototypes(count: prototypes).named("prototypes")
  }
}

/// The cosines of each row with each prototype.
private struct Prototypes: Layer {
  let count: Int

  func apply(to x: Tensor) -> Tensor {
    let width = x.shape.channels
    let directions = x.graph.variable(
      "weight", [count, width], role: .weight, initializer: .linear(inputs: width))
    return matmul(x.l2Normalized(), directions.l2Normalized(), transposeB: true)
  }
}
