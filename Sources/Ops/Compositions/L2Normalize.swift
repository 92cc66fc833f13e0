extension Tensor {
  /// This tensor divided by its Euclidean length along an axis, or by `epsilon` where it is shorter.
  public func l2Normalized(axis: Int = -1, epsilon: Double = 1e-12) -> Tensor {
    let squares = (self * self).sum(axes: [axis], keepingDimensions: true)
    // The root is taken after the maximum, so that the gradient of a vector of zeros is finite.
    return self * rsqrt(maximum(squares, epsilon * epsilon))
  }
}
