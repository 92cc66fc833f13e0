import Foundation

/// How products read their operands: as numbers of their precision, or in one of two forms of pairs of
/// bfloat16, with the same sums of their products.
enum OperandForm: Sendable {
  case numbers
  /// Pairs in the 32 bits that an instruction multiplies.
  case pairs
  /// Pairs of numbers in single precision.
  case unpackedPairs

  /// The form for a call that may have products of pairs or must not.
  init(inPairs isInPairs: Bool) { self = isInPairs ? OperandForm.fastestPairs : .numbers }

  /// The form of pairs that this processor multiplies in less time, measured once, on one thread, in 20
  /// milliseconds; or the one that the environment variable `LOUPE_BF16` asks for.
  static let fastestPairs = fastestPairs(
    ProcessInfo.processInfo.environment, MachineLimits.instructionIsFaster)

  static func fastestPairs(
    _ environment: [String: String], _ instructionIsFaster: () -> Bool
  ) -> OperandForm {
    guard BFloat16Vector.hasInstructions else { return .unpackedPairs }
    switch environment["LOUPE_BF16"] {
    case "instruction": return .pairs
    case "software": return .unpackedPairs
    default: return instructionIsFaster() ? .pairs : .unpackedPairs
    }
  }

  var isInPairs: Bool { self != .numbers }
  /// The numbers in an element.
  var numbers: Int { isInPairs ? 2 : 1 }
  /// The numbers of the precision of a kernel that take as much memory as an element.
  var size: Int { self == .unpackedPairs ? 2 : 1 }

  /// The form of rows that are read for panels and left operands to be made of.
  var ofRows: OperandForm { isInPairs ? .pairs : .numbers }

  /// Whether an operand is read where it lies, rather than converted.
  func isRead(from storage: Storage) -> Bool {
    switch self {
    case .numbers: storage != .bfloat16
    case .pairs: storage == .bfloat16
    case .unpackedPairs: false
    }
  }
}
