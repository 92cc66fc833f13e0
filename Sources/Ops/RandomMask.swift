/// A random mask `[N, ...]`: an element is 0 with a probability, and otherwise the factor that keeps the
/// mean. What it draws depends only on the seed, its stream, the step, and the sample and view of a row.
///
/// Operands: the number of steps so far, a real scalar; the two halves of the seed, `[2]` integers; and the
/// number within the batch of the first sample, an integer scalar.
package struct RandomMask: KernelOperation {
  /// The probability of a 0.
  package let rate: Double
  /// The number that tells it from other masks of a network.
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

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [nil, nil, nil]
  }

  package func partCount(_ operands: [TensorType], result: TensorType) -> Int { rows }

  @specialized(where T == Float)
  @specialized(where T == Double)
  package func compute<T: Real>(_ rows: Range<Int>, _ buffers: KernelBuffers<T>) {
    let (seed, first) = (buffers.indices(1), buffers.indices(2)[0])
    draw(rows, to: buffers.result, step: Double(buffers[0][0]), seed: (seed[0], seed[1]), first: Int(first))
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (seed, first) = (operands.indices(1), operands.indices(2)[0])
    return [T](unsafeUninitializedCapacity: shape.count) { result, count in
      draw(
        0..<rows, to: result, step: Double(operands[0][0]), seed: (seed[0], seed[1]), first: Int(first))
      count = shape.count
    }
  }

  @specialized(where T == Float)
  @specialized(where T == Double)
  private func draw<T: Real>(
    _ rows: Range<Int>, to result: UnsafeMutableBufferPointer<T>, step: Double, seed: (Int32, Int32),
    first: Int
  ) {
    let width = result.count / max(1, self.rows)
    let kept = T(1 / (1 - rate))
    // A half of 64 random bits for each element.
    let threshold = UInt64((rate * 0x1p32).rounded())
    let seed = UInt64(UInt32(bitPattern: seed.0)) | UInt64(UInt32(bitPattern: seed.1)) << 32
    let stream = CounterGenerator(seed: seed).keyed(by: stream).keyed(by: Int(step.rounded()))
    for row in rows {
      var generator = stream.keyed(by: row / samples).keyed(by: first + row % samples)
      var bits: UInt64 = 0
      for place in 0..<width {
        bits = place % 2 == 0 ? generator.next() : bits >> 32
        result[row * width + place] = bits & 0xFFFF_FFFF < threshold ? 0 : kept
      }
    }
  }
}

extension GraphBuilder {
  /// The names of the inputs of random masks.
  package enum RandomInput {
    /// The halves of the seed, `[2]`.
    package static let seed = "randomSeed"
    /// The number of the first sample of a part among those of the batch.
    package static let firstSample = "firstSample"
  }

  /// The path of the variable that counts the steps of random masks.
  package static let stepCountPath = "random.steps"

  /// Returns a mask by which training leaves out elements at random, whose first axis is that of the images.
  ///
  /// - Parameters:
  ///   - shape: The shape of the mask, `[N, ...]`.
  ///   - rate: The probability of a 0; other elements are `1 / (1 - rate)`.
  package func randomMask(_ shape: Shape, rate: Double) -> Tensor {
    // A layer that is applied once more draws others.
    let earlier = maskCounts[path, default: 0]
    maskCounts[path] = earlier + 1
    let mask = RandomMask(
      rate: rate, stream: Int(truncatingIfNeeded: FNV.hash("\(path) \(earlier)")), shape: shape,
      rows: shape[0], samples: max(1, samples ?? shape[0]))
    return apply(
      mask,
      to: [
        countedSteps, integers(RandomInput.seed, [2]), integers(RandomInput.firstSample, []),
      ])
  }

  /// Counts this step, if anything in the graph reads the count.
  package func countStep() {
    guard let count = variables.first(where: { $0.path == GraphBuilder.stepCountPath }) else { return }
    update(read(count), to: read(count) + 1)
  }

  // The number of steps before this one.
  private var countedSteps: Tensor {
    let path = GraphBuilder.stepCountPath
    if let known = variables.first(where: { $0.path == path }) { return read(known) }
    let count = variable(path, [], role: .memory, initializer: .zeros, absolute: true)
    update(count, to: count + 1)
    return count
  }

  private func integers(_ name: String, _ shape: Shape) -> Tensor {
    if let known = inputs.first(where: { $0.name == name }) { return Tensor(graph: self, id: known.node) }
    return input(name, shape, .int32, initially: 0)
  }
}
