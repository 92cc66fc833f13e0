import Foundation

/// Which passes of the compiler run. Each can be switched off to find the one at fault:
/// `LOUPE_DISABLE=fusion,epilogues`; `LOUPE_CONV=im2col` turns Winograd's filtering off.
/// `LOUPE_CHECK=numerics` has runs look for the first number that is not finite.
public struct CompilerOptions: Hashable, Sendable {
  /// Passes by the name that `LOUPE_DISABLE` knows them by.
  public enum Pass: String, CaseIterable, Sendable {
    /// Values inside checkpoints that the backward pass computes again.
    case rematerialization
    /// Constants in place of what is computed from constants.
    case constantFolding = "constant-folding"
    /// Operations that change nothing, and those that others do as well.
    case algebra
    /// Transposes that bring the axes of a reduction together.
    case adjacentAxes = "adjacent-axes"
    /// Equal operations on equal operands as one.
    case commonSubexpressions = "common-subexpressions"
    /// Nodes that nothing needs left out.
    case deadCode = "dead-code"
    /// Several elementwise operations and reductions in one loop.
    case fusion
    /// Loops in the tiles of matrix products.
    case epilogues
    /// Operands of matrix products computed as they are read.
    case prologues
    /// Results in the memory of an operand that nobody reads later.
    case inPlace = "in-place"
    /// Memory shared by tensors that do not live at the same time.
    case reuse
  }

  /// The passes left out.
  public var disabled: Set<Pass>
  /// Kernels that the cost model is not to choose.
  public var choices: KernelChoices

  /// Whether `Program.checkedRun()` looks at each value that it computes. Every node is then a call of its
  /// own, which is slower and takes more memory.
  public var checksNumerics: Bool

  /// All passes but the given ones.
  public init(
    disabled: Set<Pass> = [], choices: KernelChoices = KernelChoices(), checksNumerics: Bool = false
  ) {
    self.disabled = disabled
    self.choices = choices
    self.checksNumerics = checksNumerics
  }

  /// What the environment asks for; a name it does not know changes nothing.
  public static var environment: CompilerOptions { reading(ProcessInfo.processInfo.environment) }

  static func reading(_ environment: [String: String]) -> CompilerOptions {
    let names = environment["LOUPE_DISABLE"]?.split(separator: ",") ?? []
    let convolution = environment["LOUPE_CONV"].flatMap { ConvolutionAlgorithm(rawValue: $0) }
    return CompilerOptions(
      disabled: Set(names.compactMap { Pass(rawValue: String($0)) }),
      choices: KernelChoices(convolution: convolution),
      checksNumerics: environment["LOUPE_CHECK"]?.split(separator: ",").contains("numerics") ?? false)
  }

  // A pass on graphs, by its name.
  func runs(_ name: String) -> Bool { Pass(rawValue: name).map(runs) ?? true }

  // Memory may be shared by values whose turn is over: they have been looked at.
  func runs(_ pass: Pass) -> Bool {
    let hidesNoValue = [.rematerialization, .deadCode, .reuse].contains(pass)
    return !disabled.contains(pass) && (!checksNumerics || hidesNoValue)
  }
}
