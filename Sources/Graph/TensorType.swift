/// What one element of a tensor is.
public enum ElementType: String, Hashable, Sendable {
  /// Single precision: what training computes in.
  case float32 = "f32"
  /// Double precision: what gradients are checked in.
  case float64 = "f64"
  /// Labels and indices.
  case int32 = "i32"

  /// Whether the elements are real numbers.
  public var isReal: Bool { self != .int32 }
}

/// The shape and element of a tensor.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  /// The extents.
  public let shape: Shape
  /// The element.
  public let element: ElementType

  /// A type of the given shape and element.
  public init(_ shape: Shape, _ element: ElementType) {
    self.shape = shape
    self.element = element
  }

  /// The bytes of the elements, each stored as it is.
  public var byteCount: Int { min(shape.count, .max / 8) * Storage(element).byteCount }

  public var description: String {
    element.rawValue + "[" + shape.dimensions.map(String.init).joined(separator: ",") + "]"
  }
}
