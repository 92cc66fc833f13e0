/// The random numbers of each row of `[N, ...]` in a step: they depend only on the seed, the stream, the
/// step, and the sample and view of a row, and so not on the threads, chunks and ranks that draw them.
///
/// Operations that draw by it have the operands of `GraphBuilder.randomOperands`.
struct RandomRows {
  private let stream: CounterGenerator
  private let samples: Int
  private let first: Int

  /// Creates the rows of an operation.
  ///
  /// - Parameters:
  ///   - stream: The number that tells it from other random operations of a network.
  ///   - samples: The samples of a view, whose rows follow each other.
  ///   - step: The number of steps so far.
  ///   - seed: The halves of the seed.
  ///   - first: The number within the batch of the first sample.
  init(stream: Int, samples: Int, step: some Real, seed: (Int32, Int32), first: Int32) {
    let seed = UInt64(UInt32(bitPattern: seed.0)) | UInt64(UInt32(bitPattern: seed.1)) << 32
    self.stream = CounterGenerator(seed: seed).keyed(by: stream).keyed(by: Int(Double(step).rounded()))
    self.samples = samples
    self.first = Int(first)
  }

  /// The numbers of a row.
  subscript(row: Int) -> CounterGenerator {
    stream.keyed(by: row / samples).keyed(by: first + row % samples)
  }
}

/// An operation that draws numbers for rows, `[rows, ...]`, by `RandomRows`.
protocol RandomRowOperation: KernelOperation {
  /// The number that tells it from other random operations of a network.
  var stream: Int { get }
  /// The rows.
  var rows: Int { get }
  /// The samples of a view, whose rows follow each other.
  var samples: Int { get }

  /// Draws some rows of the result.
  func draw<T: Real>(
    _ rows: Range<Int>, _ random: RandomRows, to result: UnsafeMutableBufferPointer<T>)
}

extension RandomRowOperation {
  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [nil, nil, nil]
  }

  package func partCount(_ operands: [TensorType], result: TensorType) -> Int { rows }

  package func compute<T: Real>(_ rows: Range<Int>, _ buffers: KernelBuffers<T>) {
    let (seed, first) = (buffers.indices(1), buffers.indices(2)[0])
    draw(rows, random(step: buffers[0][0], seed: (seed[0], seed[1]), first: first), to: buffers.result)
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (seed, first) = (operands.indices(1), operands.indices(2)[0])
    let random = random(step: operands[0][0], seed: (seed[0], seed[1]), first: first)
    return [T](unsafeUninitializedCapacity: type.shape.count) { result, count in
      draw(0..<rows, random, to: result)
      count = type.shape.count
    }
  }

  private func random(step: some Real, seed: (Int32, Int32), first: Int32) -> RandomRows {
    RandomRows(stream: stream, samples: samples, step: step, seed: seed, first: first)
  }
}

extension GraphBuilder {
  /// The names of the inputs of random operations.
  package enum RandomInput {
    /// The halves of the seed, `[2]`.
    package static let seed = "randomSeed"
    /// The number of the first sample of a part among those of the batch.
    package static let firstSample = "firstSample"
  }

  /// The path of the variable that counts the steps of random operations.
  package static let stepCountPath = "random.steps"

  /// Returns the number that tells the next random operation from the others of a network. A layer that is
  /// applied once more draws others.
  func nextRandomStream() -> Int {
    let earlier = randomCounts[path, default: 0]
    randomCounts[path] = earlier + 1
    return Int(truncatingIfNeeded: FNV.hash("\(path) \(earlier)"))
  }

  /// The operands of random operations: the number of steps so far, a real scalar; the halves of the seed,
  /// `[2]` integers; and the number within the batch of the first sample, an integer scalar.
  var randomOperands: [Tensor] {
    [countedSteps, integers(RandomInput.seed, [2]), integers(RandomInput.firstSample, [])]
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
