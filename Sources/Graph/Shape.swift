/// The extents of a tensor, outermost first: an image batch is `[N, H, W, C]`.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The extent of each axis.
  public let dimensions: [Int]

  /// Creates a shape of the given extents.
  ///
  /// - Parameter dimensions: The extent of each axis.
  public init(_ dimensions: [Int]) { self.dimensions = dimensions }

  /// Creates a shape of the given extents.
  ///
  /// - Parameter elements: The extents, one for each axis.
  public init(arrayLiteral elements: Int...) { dimensions = elements }

  /// The number of axes.
  public var rank: Int { dimensions.count }

  /// The number of elements; 1 for a scalar. Saturates at `Int.max`.
  public var count: Int { dimensions.contains(0) ? 0 : dimensions.reduce(1) { product($0, $1) } }

  /// The largest number of elements of a tensor, 2^40: byte counts, also summed over all tensors, do not
  /// overflow.
  public static let largestCount = 1 << 40

  /// Whether the shape is valid for a tensor.
  var isPossible: Bool { dimensions.allSatisfy { $0 >= 1 } && count <= Shape.largestCount }

  /// Returns the extent of an axis; a negative axis counts from the end.
  ///
  /// - Parameter axis: The index of the axis.
  public subscript(axis: Int) -> Int {
    let place = axis < 0 ? axis + rank : axis
    contract(dimensions.indices.contains(place), "A tensor of shape \(self) has no axis \(axis).")
    return dimensions[place]
  }

  /// The extent of the last axis, the channels of `[N, H, W, C]`; 1 for a scalar.
  public var channels: Int { dimensions.last ?? 1 }

  /// The row-major strides, in elements.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = product(strides[axis + 1], dimensions[axis + 1])
    }
    return strides
  }

  /// Returns the broadcast of both shapes (axes aligned at the end, an extent of 1 stretches), or nil.
  ///
  /// - Parameter other: The other shape.
  public func broadcast(with other: Shape) -> Shape? {
    if self == other { return self }
    let rank = Swift.max(self.rank, other.rank)
    var result = [Int](repeating: 1, count: rank)
    for axis in 1...Swift.max(rank, 1) where axis <= rank {
      let a = axis <= self.rank ? dimensions[self.rank - axis] : 1
      let b = axis <= other.rank ? other.dimensions[other.rank - axis] : 1
      guard a == b || a == 1 || b == 1 else { return nil }
      result[rank - axis] = a == 1 ? b : a
    }
    return Shape(result)
  }

  /// Returns the strides for reading a contiguous tensor of this shape as the larger `shape`: 0 for broadcast
  /// axes.
  ///
  /// - Parameter shape: A shape that this one broadcasts to.
  public func strides(broadcastTo shape: Shape) -> [Int] {
    let own = strides
    return (0..<shape.rank).map { axis in
      let inner = axis - (shape.rank - rank)
      return inner < 0 || dimensions[inner] == 1 ? 0 : own[inner]
    }
  }

  /// Returns the axes over which a gradient of the broadcast `shape` is summed to get this one.
  ///
  /// - Parameter shape: A shape that this one broadcasts to.
  public func axesStretched(in shape: Shape) -> [Int] {
    (0..<shape.rank).filter { axis in
      let inner = axis - (shape.rank - rank)
      return inner < 0 || (dimensions[inner] == 1 && shape.dimensions[axis] != 1)
    }
  }

  /// Returns this shape with the given axes set to 1 (`keepingDimensions`) or removed.
  ///
  /// - Parameters:
  ///   - axes: The axes, from 0.
  ///   - keepingDimensions: Whether the axes stay, with extent 1.
  public func reduced(axes: [Int], keepingDimensions: Bool) -> Shape {
    Shape(
      dimensions.indices.compactMap { axis in
        axes.contains(axis) ? (keepingDimensions ? 1 : nil) : dimensions[axis]
      })
  }

  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}

// Returns the product of extents, saturating at `Int.max`.
private func product(_ a: Int, _ b: Int) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? .max : product
}
