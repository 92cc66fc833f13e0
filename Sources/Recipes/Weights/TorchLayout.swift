/// How PyTorch keeps a variable: kernels as `[out, in, kh, kw]` and matrices as `[out, in]`, where this package has
/// `[kh, kw, in, out]` and `[in, out]`. Everything else is the same in both.
public struct TorchLayout {
  private let shape: Shape
  private let isTransposed: Bool

  /// The layout of a variable.
  public init(of variable: Variable) {
    shape = variable.type.shape
    isTransposed = variable.role == .weight && (shape.rank == 4 || shape.rank == 2)
  }

  /// The extents in PyTorch.
  public var torchShape: Shape { Shape(axes.map { shape[$0] }) }

  /// Elements of this package in PyTorch's order.
  public func toTorch<T>(_ values: [T]) -> [T] { order.map { values[$0] } }

  /// Elements in PyTorch's order in this package's.
  public func fromTorch<T>(_ values: [T]) -> [T] {
    guard isTransposed, !values.isEmpty else { return values }
    var result = values
    for (torch, own) in order.enumerated() { result[own] = values[torch] }
    return result
  }

  // For each of PyTorch's axes, the axis here.
  private var axes: [Int] {
    guard isTransposed else { return Array(0..<shape.rank) }
    return shape.rank == 4 ? [3, 2, 0, 1] : [1, 0]
  }

  // For each element in PyTorch's order, its place here.
  private var order: [Int] {
    zip(axes, torchShape.dimensions).reduce([0]) { places, axis in
      let stride = shape.strides[axis.0]
      return places.flatMap { place in (0..<axis.1).map { place + $0 * stride } }
    }
  }
}
