/// The reason that two nodes are not fused.
enum FusionBlocker: Hashable, CustomStringConvertible {
  case switchedOff
  case otherShape
  case otherSegment
  case unfinishedReduction
  case laterOperand
  case notInCache
  case noEpilogue(OperationName)
  case tooManyOperations
  case doesNotFit
  case readAsItLies(OperationName)
  case product
  case isOutput
  case computedFromTooMuch(operations: Int, tensors: Int)
  case costly
  case stretched
  case reshaped

  var description: String {
    switch self {
    case .switchedOff: return "the pass that would do it is switched off"
    case .otherShape: return "they run over different shapes"
    case .otherSegment: return "the program is interrupted between them"
    case .unfinishedReduction: return "a reduction is known only when all of it is done"
    case .laterOperand: return "another operand is made only after that call"
    case .notInCache: return "that call does not keep it in cache"
    case .noEpilogue(let name): return "\(name) has no epilogue"
    case .tooManyOperations: return "the call would have too many operations"
    case .doesNotFit: return "a reduction does not go along the rows of that call"
    case .readAsItLies(let name): return "\(name) reads it as it lies in memory"
    case .product: return "a product is done before the next one begins"
    case .isOutput: return "it is an output of the program"
    case .computedFromTooMuch(let operations, let tensors):
      return "computing it as it is read would take \(operations) operations on \(tensors) tensors each time"
    case .costly: return "it is costly to compute each time that it is read"
    case .reshaped: return "it is read under another shape"
    case .stretched: return "it is stretched, and would be computed again for each copy"
    }
  }
}

/// The name of a node's operation, which is spelled out only where it is printed.
struct OperationName: Hashable, CustomStringConvertible {
  private let type: any Operation.Type

  init(of node: Node) { type = Swift.type(of: node.operation) }

  var description: String { String(describing: type) }

  static func == (a: OperationName, b: OperationName) -> Bool { a.type == b.type }

  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(type)) }
}
