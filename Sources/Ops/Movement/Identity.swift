extension GraphBuilder {
  /// The numbers from 0 to `count - 1`, `[count]`, as a constant.
  public func indices(_ count: Int) -> Tensor {
    contract(count >= 0, "There are no \(count) numbers to count.")
    return constant((0..<count).map { Double($0) }, [count])
  }

  /// The identity matrix, `[size, size]`. It is compared from the numbers of rows and columns where it is
  /// needed, and takes no memory.
  public func identity(_ size: Int) -> Tensor {
    indices(size).reshaped(to: [size, 1]) .== indices(size).reshaped(to: [1, size])
  }
}
