/// A tensor as a weight file holds it: a name, a shape and numbers.
public struct NamedTensor: Sendable, Equatable {
  /// The numbers of a tensor, row by row, in the type they are stored in.
  public enum Values: Sendable, Equatable {
    /// 32-bit floating point; 16-bit types are read as this.
    case float32([Float])
    /// 64-bit floating point.
    case float64([Double])
    /// 32-bit integers.
    case int32([Int32])
    /// 64-bit integers, such as torchvision's counts of batches.
    case int64([Int64])

    /// How many numbers there are.
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
  /// The length along each axis; none for a single number.
  public let shape: [Int]
  /// The numbers, as many as the product of the shape.
  public let values: Values

  /// A tensor of the given numbers.
  public init(_ name: String, shape: [Int], _ values: Values) {
    let count = shape.reduce(1, *)
    contract(
      count == values.count && shape.allSatisfy { $0 >= 0 },
      "the tensor \(name) of shape \(shape) has \(count) values, not \(values.count)")
    self.name = name
    self.shape = shape
    self.values = values
  }

  /// A tensor of 32-bit floating point numbers.
  public init(_ name: String, shape: [Int], _ values: [Float]) {
    self.init(name, shape: shape, .float32(values))
  }

  /// The numbers as 32-bit floating point, rounded where they do not fit.
  public var floats: [Float] {
    switch values {
    case .float32(let values): values
    case .float64(let values): values.map { Float($0) }
    case .int32(let values): values.map { Float($0) }
    case .int64(let values): values.map { Float($0) }
    }
  }
}
