/// The storage type of a tensor's elements in memory, as opposed to the precision of the
/// graph.
package enum Storage: Hashable, Sendable {
  /// Real numbers in single precision.
  case float32
  /// Real numbers in double precision.
  case float64
  /// Real numbers of a graph in single precision, rounded to bfloat16.
  case bfloat16
  /// Labels and indices.
  case int32

  /// The storage that holds elements of a type as they are.
  package init(_ element: ElementType) {
    switch element {
    case .float32: self = .float32
    case .float64: self = .float64
    case .int32: self = .int32
    }
  }

  /// The size of one element in bytes.
  package var byteCount: Int {
    switch self {
    case .float32, .int32: 4
    case .float64: 8
    case .bfloat16: 2
    }
  }
}
