/// A tensor that persists between steps: a parameter, a running statistic, optimizer state.
public struct Variable: Hashable, Sendable {
  /// The purpose of a variable, which optimizers and weight files use.
  public enum Role: Hashable, Sendable {
    /// A trained matrix or kernel, with weight decay and a LARS trust ratio.
    case weight
    /// A trained vector added to a result, without weight decay or trust ratio.
    case bias
    /// The trained scale or shift of a normalization, without weight decay or trust ratio.
    case normalization
    /// A mean over the samples of a batch that the model updates itself, such as a running mean. In a chunked
    /// batch it becomes the mean of its updates over the chunks.
    case statistic
    /// Training state that inference does not need: momentum, a queue of embeddings, the weights of a target
    /// network.
    case memory

    /// Whether an optimizer trains it, unless frozen.
    package var isParameter: Bool { self == .weight || self == .bias || self == .normalization }
  }

  /// The layout of a variable in a weight file: PyTorch's.
  public enum Layout: Hashable, Sendable {
    /// The same axes in the same order: vectors, embeddings, tables.
    case same
    /// `[out, in, ...]` in a file, `[..., in, out]` here: the matrix of a linear layer, the kernels of a
    /// convolution.
    case outputsFirst
  }

  /// The dotted path, `layer1.0.conv1.weight`.
  public let path: String
  /// The shape and element type.
  public let type: TensorType
  /// The purpose.
  public let role: Role
  /// The layout in weight files.
  public let layout: Layout
  /// The initial values.
  public let initializer: Initializer
  /// The source location of the layer that created it.
  public let location: SourceLocation?
  /// The factor on its learning rate; 0 if frozen.
  public let rate: Double
  /// The path of the variable of which this one is a moving average; it starts from the same initial values.
  public let averages: String?
  /// The number of blocks of the network that were begun before it or with it: 0 before the first block. The
  /// head, the last layer of a stage, is a block too.
  public let depth: Int

  /// Whether an optimizer trains it.
  public var isTrained: Bool { rate != 0 && role.isParameter }

  /// Returns the variable with another initializer.
  func starting(from initializer: Initializer) -> Variable {
    Variable(
      path: path, type: type, role: role, layout: layout, initializer: initializer, location: location,
      rate: rate, averages: averages, depth: depth)
  }
}

/// The initial values of a variable: a distribution, from which `Ops` samples by (seed, path), or known
/// values.
public enum Initializer: Hashable, Sendable {
  /// A constant.
  case constant(Double)
  /// A normal distribution with mean 0 and this standard deviation.
  case normal(deviation: Double)
  /// A uniform distribution in plus or minus the bound.
  case uniform(bound: Double)
  /// Stored values, such as those of a weight file.
  case stored(StoredValues)

  /// All zeros.
  public static let zeros = constant(0)
  /// All ones.
  public static let ones = constant(1)

  /// He et al. 2015 initialization for ReLU networks, by fan-out: torchvision's choice.
  ///
  /// - Parameter fanOut: The number of outputs that an input contributes to: the kernel's area times the
  ///   output channels.
  public static func he(fanOut: Int) -> Initializer { .normal(deviation: (2 / Double(fanOut)).squareRoot()) }

  /// PyTorch's default for a linear layer: uniform in plus or minus 1/sqrt(inputs).
  ///
  /// - Parameter inputs: The number of inputs of the layer.
  public static func linear(inputs: Int) -> Initializer { .uniform(bound: 1 / Double(inputs).squareRoot()) }

  /// Xavier initialization of a matrix (Glorot and Bengio 2010): uniform in plus or minus
  /// sqrt(6 / (inputs + outputs)).
  ///
  /// - Parameters:
  ///   - inputs: The number of inputs of the layer.
  ///   - outputs: The number of its outputs.
  public static func xavier(inputs: Int, outputs: Int) -> Initializer {
    .uniform(bound: (6 / (Double(inputs) + Double(outputs))).squareRoot())
  }
}
