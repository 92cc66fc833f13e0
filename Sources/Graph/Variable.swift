/// A tensor that outlives a step: a parameter, a running statistic, an optimizer's memory.
public struct Variable: Hashable, Sendable {
  /// What a variable is for; optimizers and weight files ask.
  public enum Role: Hashable, Sendable {
    /// A trained matrix or kernel: it gets weight decay and a LARS trust ratio.
    case weight
    /// A trained vector added to a result: neither decay nor trust.
    case bias
    /// The trained scale or shift of a normalization: neither decay nor trust.
    case normalization
    /// A mean over the samples of a batch that the model updates by itself, such as a running mean. Where a
    /// batch is computed in chunks, it becomes the mean of what each chunk makes of it.
    case statistic
    /// What training remembers from step to step and the trained model does without: an optimizer's momentum,
    /// a queue of embeddings, the weights of a target network.
    case memory

    /// Whether an optimizer trains it, unless it is frozen.
    var isParameter: Bool { self == .weight || self == .bias || self == .normalization }
  }

  /// How a weight file has a variable, which is as PyTorch has it.
  public enum Layout: Hashable, Sendable {
    /// The same axes in the same order: vectors, embeddings, tables.
    case same
    /// `[out, in, ...]` in a file, `[..., in, out]` here: the matrix of a linear layer, the kernels of a
    /// convolution.
    case outputsFirst
  }

  /// The dotted path, `layer1.0.conv1.weight`.
  public let path: String
  /// Shape and element.
  public let type: TensorType
  /// What it is for.
  public let role: Role
  /// How a weight file has it.
  public let layout: Layout
  /// Where its values come from before training.
  public let initializer: Initializer
  /// The layer that made it.
  public let location: SourceLocation?
  /// The factor on the learning rate that it is trained at; 0 if it is frozen.
  public let rate: Double
  /// The path of the variable that this one is a moving average of; it starts from the other's initial
  /// values.
  public let averages: String?

  /// Whether an optimizer trains it.
  public var isTrained: Bool { rate != 0 && role.isParameter }

  /// The variable with another beginning.
  func starting(from initializer: Initializer) -> Variable {
    Variable(
      path: path, type: type, role: role, layout: layout, initializer: initializer, location: location,
      rate: rate, averages: averages)
  }
}

/// The distribution a variable starts from, whose numbers `Ops` draws from (seed, path); or values that are
/// known.
public enum Initializer: Hashable, Sendable {
  /// Every element the same.
  case constant(Double)
  /// Normal with mean 0 and this standard deviation.
  case normal(deviation: Double)
  /// Uniform in plus or minus the bound.
  case uniform(bound: Double)
  /// What is stored elsewhere, such as in a weight file.
  case stored(StoredValues)

  /// Every element 0.
  public static let zeros = constant(0)
  /// Every element 1.
  public static let ones = constant(1)

  /// He et al. 2015 for ReLU networks, by the number of outputs one input reaches: torchvision's choice.
  public static func he(fanOut: Int) -> Initializer { .normal(deviation: (2 / Double(fanOut)).squareRoot()) }

  /// PyTorch's default for a linear layer: uniform in plus or minus 1/sqrt(inputs).
  public static func linear(inputs: Int) -> Initializer { .uniform(bound: 1 / Double(inputs).squareRoot()) }
}
