/// The type of a tensor's elements.
public enum ElementType: String, Hashable, Sendable {
  /// Single precision, for training.
  case float32 = "f32"
  /// Double precision, for gradient checks.
  case float64 = "f64"
  /// 32-bit integers, for labels and indices.
  case int32 = "i32"

  /// Whether the elements are floating-point numbers.
  public var isReal: Bool { self != .int32 }
}

/// The shape and element type of a tensor.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  /// The extents.
  public let shape: Shape
  /// The element type.
  public let element: ElementType

  /// Creates a type of the given shape and element type.
  ///
  /// - Parameters:
  ///   - shape: The extents.
  ///   - element: The element type.
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
