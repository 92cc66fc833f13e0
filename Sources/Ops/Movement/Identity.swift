extension GraphBuilder {
  /// Returns the numbers from 0 to `count - 1`, `[count]`, as a constant.
  ///
  /// - Parameter count: The number of indices.
  public func indices(_ count: Int) -> Tensor {
    contract(count >= 0, "There are no \(count) numbers to count.")
    return constant((0..<count).map { Double($0) }, [count])
  }

  /// Returns the identity matrix, `[size, size]`. It is computed from row and column indices where it is
  /// read, and never materialized.
  ///
  /// - Parameter size: The number of rows and of columns.
  public func identity(_ size: Int) -> Tensor {
    indices(size).reshaped(to: [size, 1]) .== indices(size).reshaped(to: [1, size])
  }
}
