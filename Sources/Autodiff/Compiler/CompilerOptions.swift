import Foundation

/// The compiler passes to run.
///
/// Passes can be turned off to find a faulty one: `LOUPE_DISABLE=fusion,epilogues`. `LOUPE_CONV=im2col` turns
/// Winograd's algorithm off. `LOUPE_CHECK=numerics` makes runs look for the first non-finite value.
public struct CompilerOptions: Hashable, Sendable {
  /// The passes, by their names in `LOUPE_DISABLE`.
  public enum Pass: String, CaseIterable, Sendable {
    /// Recomputes the activations of checkpoints in the backward pass.
    case rematerialization
    /// Replaces expressions of constants by constants.
    case constantFolding = "constant-folding"
    /// Removes operations without effect and applies algebraic rules.
    case algebra
    /// Computes on matrices what is written on the same rows under more axes.
    case matrixRows = "matrix-rows"
    /// Transposes that bring the axes of a reduction together.
    case adjacentAxes = "adjacent-axes"
    /// Merges equal operations on equal operands.
    case commonSubexpressions = "common-subexpressions"
    /// Removes nodes that no output or update depends on.
    case deadCode = "dead-code"
    /// Fuses elementwise operations and reductions into loops.
    case fusion
    /// Runs loops in the tiles of matrix products and convolutions.
    case epilogues
    /// Computes operands of products as they are read.
    case prologues
    /// Updates each variable as soon as its gradient is known, not after the backward pass.
    case earlyUpdates = "early-updates"
    /// Writes results over operands that are not read later.
    case inPlace = "in-place"
    /// Stores large tensors of layers in bfloat16, and multiplies them in it, in mixed precision.
    case bfloat16 = "bf16"
    /// Shares memory between tensors with disjoint lifetimes.
    case reuse
  }

  /// The passes turned off.
  public var disabled: Set<Pass>
  /// Restrictions on the kernels that the cost model chooses from.
  public var choices: KernelChoices
  /// The precision in which a graph in single precision is computed.
  public var precision: Precision

  /// Whether `Program.checkedRun()` checks every value. Each node is then a separate call, which is slower
  /// and takes more memory.
  public var checksNumerics: Bool

  /// Creates options with all passes but the given ones.
  ///
  /// - Parameters:
  ///   - disabled: The passes turned off.
  ///   - choices: Restrictions on the kernels that the cost model chooses from.
  ///   - checksNumerics: Whether `Program.checkedRun()` checks every value. Each node is then a separate
  ///     call, which is slower and takes more memory.
  ///   - precision: The precision in which a graph in single precision is computed.
  public init(
    disabled: Set<Pass> = [], choices: KernelChoices = KernelChoices(), checksNumerics: Bool = false,
    precision: Precision = .single
  ) {
    self.disabled = disabled
    self.choices = choices
    self.precision = precision
    self.checksNumerics = checksNumerics
  }

  /// The options set by environment variables; unknown names are ignored.
  public static var environment: CompilerOptions { reading(ProcessInfo.processInfo.environment) }

  /// Returns the options set by environment variables, for a precision.
  package static func environment(_ precision: Precision) -> CompilerOptions {
    var options = environment
    options.precision = precision
    return options
  }

  static func reading(_ environment: [String: String]) -> CompilerOptions {
    let names = environment["LOUPE_DISABLE"]?.split(separator: ",") ?? []
    let convolution = environment["LOUPE_CONV"].flatMap { ConvolutionAlgorithm(rawValue: $0) }
    return CompilerOptions(
      disabled: Set(names.compactMap { Pass(rawValue: String($0)) }),
      choices: KernelChoices(convolution: convolution),
      checksNumerics: environment["LOUPE_CHECK"]?.split(separator: ",").contains("numerics") ?? false)
  }

  // Whether a graph pass runs, by name.
  func runs(_ name: String) -> Bool { Pass(rawValue: name).map(runs) ?? true }

  // Values may share memory after they have been checked, so `reuse` runs with numerics checks too.
  func runs(_ pass: Pass) -> Bool {
    let hidesNoValue = [.rematerialization, .deadCode, .reuse].contains(pass)
    return !disabled.contains(pass) && (!checksNumerics || hidesNoValue)
  }
}
