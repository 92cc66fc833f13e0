extension Tensor {
  /// Returns this tensor divided by its L2 norm along an axis, or by `epsilon` if the norm is smaller.
  ///
  /// - Parameters:
  ///   - axis: The axis; a negative one counts from the end.
  ///   - epsilon: The smallest divisor.
  public func l2Normalized(axis: Int = -1, epsilon: Double = 1e-12) -> Tensor {
    let squares = (self * self).sum(axes: [axis], keepingDimensions: true)
    // The square root follows the maximum, so that the gradient at a zero vector is finite.
    return self * rsqrt(maximum(squares, epsilon * epsilon))
  }
}
