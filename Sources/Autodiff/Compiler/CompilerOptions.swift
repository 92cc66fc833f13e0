import Foundation

/// Which passes of the compiler run. Each can be switched off to find the one at fault:
/// `LOUPE_DISABLE=fusion,epilogues`; `LOUPE_CONV=im2col` turns Winograd's filtering off.
public struct CompilerOptions: Hashable, Sendable {
  /// Passes by the name that `LOUPE_DISABLE` knows them by.
  public enum Pass: String, CaseIterable, Sendable {
    /// Common subexpressions, constants and identities.
    case simplification
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

  /// All passes but the given ones.
  public init(disabled: Set<Pass> = [], choices: KernelChoices = KernelChoices()) {
    self.disabled = disabled
    self.choices = choices
  }

  /// What the environment asks for; a name it does not know changes nothing.
  public static var environment: CompilerOptions {
    let environment = ProcessInfo.processInfo.environment
    let names = environment["LOUPE_DISABLE"]?.split(separator: ",") ?? []
    let convolution = environment["LOUPE_CONV"].flatMap { ConvolutionAlgorithm(rawValue: $0) }
    return CompilerOptions(
      disabled: Set(names.compactMap { Pass(rawValue: String($0)) }),
      choices: KernelChoices(convolution: convolution))
  }

  func runs(_ pass: Pass) -> Bool { !disabled.contains(pass) }
}
