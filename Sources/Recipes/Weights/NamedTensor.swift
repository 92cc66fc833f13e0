/// A tensor in a weight file: a name, a shape and values.
public struct NamedTensor: Sendable, Equatable {
  /// The values of a tensor in row-major order, in their stored type.
  public enum Values: Sendable, Equatable {
    /// 32-bit floating point; 16-bit types are converted to it.
    case float32([Float])
    /// 64-bit floating point.
    case float64([Double])
    /// 32-bit integers.
    case int32([Int32])
    /// 64-bit integers, such as torchvision's batch counts.
    case int64([Int64])

    /// The number of values.
    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .int32(let values): values.count
      case .int64(let values): values.count
      }
    }
  }

  /// The name, such as `layer1.0.conv1.weight`.
  public let name: String
  /// The extents; empty for a scalar.
  public let shape: [Int]
  /// The values, as many as the product of the shape.
  public let values: Values

  /// Creates a tensor of the given values.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - shape: The extents, those of the file.
  ///   - values: The elements in row-major order.
  public init(_ name: String, shape: [Int], _ values: Values) {
    let count = shape.reduce(1, *)
    contract(
      count == values.count && shape.allSatisfy { $0 >= 0 },
      "the tensor \(name) of shape \(shape) has \(count) values, not \(values.count)")
    self.name = name
    self.shape = shape
    self.values = values
  }

  /// Creates a tensor of 32-bit floating point values.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - shape: The extents, those of the file.
  ///   - values: The elements in row-major order.
  public init(_ name: String, shape: [Int], _ values: [Float]) {
    self.init(name, shape: shape, .float32(values))
  }

  /// The values as 32-bit floating point, rounded if necessary.
  public var floats: [Float] {
    switch values {
    case .float32(let values): values
    case .float64(let values): values.map { Float($0) }
    case .int32(let values): values.map { Float($0) }
    case .int64(let values): values.map { Float($0) }
    }
  }
}
