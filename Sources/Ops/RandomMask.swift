/// A random mask `[N, ...]`: an element is 0 with a probability, and otherwise the factor that keeps the
/// mean. It draws by `RandomRows`.
package struct RandomMask: RandomRowOperation {
  /// The probability of a 0.
  package let rate: Double
  /// The number that tells it from other random operations of a network.
  package let stream: Int
  /// The shape of the mask.
  package let shape: Shape
  /// The rows of the mask, its first extent.
  package let rows: Int
  /// The samples of a view, whose rows follow each other.
  package let samples: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    TensorType(shape, operands[0].element)
  }

  @specialized(where T == Float)
  @specialized(where T == Double)
  func draw<T: Real>(
    _ rows: Range<Int>, _ random: RandomRows, to result: UnsafeMutableBufferPointer<T>
  ) {
    let width = result.count / max(1, self.rows)
    let kept = T(1 / (1 - rate))
    // A half of 64 random bits for each element.
    let threshold = UInt64((rate * 0x1p32).rounded())
    for row in rows {
      var generator = random[row]
      var bits: UInt64 = 0
      for place in 0..<width {
        bits = place % 2 == 0 ? generator.next() : bits >> 32
        result[row * width + place] = bits & 0xFFFF_FFFF < threshold ? 0 : kept
      }
    }
  }
}

extension GraphBuilder {
  /// Returns a mask by which training leaves out elements at random, whose first axis is that of the images.
  ///
  /// - Parameters:
  ///   - shape: The shape of the mask, `[N, ...]`.
  ///   - rate: The probability of a 0; other elements are `1 / (1 - rate)`.
  package func randomMask(_ shape: Shape, rate: Double) -> Tensor {
    let mask = RandomMask(
      rate: rate, stream: nextRandomStream(), shape: shape, rows: shape[0],
      samples: max(1, samples ?? shape[0]))
    return apply(mask, to: randomOperands)
  }
}
