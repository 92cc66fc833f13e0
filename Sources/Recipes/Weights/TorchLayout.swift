/// How PyTorch keeps a variable, as its layer says: kernels as `[out, in, kh, kw]` and matrices as
/// `[out, in]`, where this package has `[kh, kw, in, out]` and `[in, out]`. Everything else is the same in
/// both.
public struct TorchLayout: Sendable {
  private let shape: Shape
  private let isTransposed: Bool

  /// Creates the layout of a variable.
  ///
  /// - Parameter variable: The variable.
  public init(of variable: Variable) {
    shape = variable.type.shape
    isTransposed = variable.layout == .outputsFirst
  }

  /// Creates the layout of kernels `[kh, kw, in, out]` or a matrix `[in, out]`.
  init(transposing shape: Shape) { (self.shape, isTransposed) = (shape, true) }

  /// The shape in PyTorch.
  public var torchShape: Shape { Shape(axes.map { shape[$0] }) }

  /// Returns elements converted to PyTorch's order.
  ///
  /// - Parameter values: The elements, as many as the shape has.
  public func toTorch<T>(_ values: [T]) -> [T] {
    reordered(values) { result, values, torch, own in result[torch] = values[own] }
  }

  /// Returns elements converted from PyTorch's order.
  ///
  /// - Parameter values: The elements, as many as the shape has.
  public func fromTorch<T>(_ values: [T]) -> [T] {
    reordered(values) { result, values, torch, own in result[own] = values[torch] }
  }

  // The axis in this package for each of PyTorch's axes.
  private var axes: [Int] {
    let axes = Array(0..<shape.rank)
    return isTransposed ? axes.suffix(2).reversed() + axes.dropLast(2) : axes
  }

  // Calls `move` with each element's index in PyTorch's order and here, in blocks that fit in a core's cache
  // in both.
  @inline(__always)
  private func reordered<T>(
    _ values: [T],
    _ move: (_ result: UnsafeMutableBufferPointer<T>, UnsafeBufferPointer<T>, _ torch: Int, _ own: Int) ->
      Void
  ) -> [T] {
    contract(values.count == shape.count, "\(values.count) values do not fill \(shape)")
    guard isTransposed, !values.isEmpty else { return values }
    let (inputs, outputs) = (shape[shape.rank - 2], shape[shape.rank - 1])
    let places = values.count / (inputs * outputs)
    let block = 32
    return values.withUnsafeBufferPointer { values in
      [T](unsafeUninitializedCapacity: values.count) { result, count in
        for firstOutput in stride(from: 0, to: outputs, by: block) {
          for firstInput in stride(from: 0, to: inputs, by: block) {
            for output in firstOutput..<min(firstOutput + block, outputs) {
              for input in firstInput..<min(firstInput + block, inputs) {
                for place in 0..<places {
                  move(
                    result, values, (output * inputs + input) * places + place,
                    (place * inputs + input) * outputs + output)
                }
              }
            }
          }
        }
        count = values.count
      }
    }
  }
}
