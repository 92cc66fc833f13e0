/// An operation with a kernel of its own: in a compiled program a call by its name, whose work the threads share.
///
/// Its result is made in parts that do not depend on each other, its rows for instance. Runs of parts are handed to
/// whichever thread is free; where they are cut follows from the shapes, so that the number of threads changes no
/// bit of the result. Its `evaluate` remains the definition that the kernel is tested against.
///
///     struct CumulativeSum: KernelOperation {
///       func partCount(_ operands: [TensorType], result: TensorType) -> Int {
///         result.shape.count / max(1, result.shape[-1])
///       }
///
///       func compute<T: Real>(_ rows: Range<Int>, _ buffers: KernelBuffers<T>) {
///         let (x, result, length) = (buffers[0], buffers.result, buffers.resultShape[-1])
///         for row in rows {
///           var sum: T = 0
///           for index in row * length..<(row + 1) * length {
///             sum += x[index]
///             result[index] = sum
///           }
///         }
///       }
///       ...
///     }
public protocol KernelOperation: TensorOperation {
  /// How many parts the result is made of, given the types of the operands and of the result.
  func partCount(_ operands: [TensorType], result: TensorType) -> Int

  /// Computes some of the parts, and writes every element of them: the result's memory holds anything before.
  ///
  /// It is called by several threads at a time, each for other parts.
  func compute<T: Real>(_ parts: Range<Int>, _ buffers: KernelBuffers<T>)

  /// Computes some of the parts in single precision: `compute`, compiled for it in the module that defines the
  /// operation, unless it is written by hand.
  func run(_ parts: Range<Int>, _ buffers: KernelBuffers<Float>)

  /// Computes some of the parts in double precision.
  func run(_ parts: Range<Int>, _ buffers: KernelBuffers<Double>)
}

extension KernelOperation {
  @inlinable
  public func run(_ parts: Range<Int>, _ buffers: KernelBuffers<Float>) { compute(parts, buffers) }

  @inlinable
  public func run(_ parts: Range<Int>, _ buffers: KernelBuffers<Double>) { compute(parts, buffers) }
}

/// What a kernel reads and writes: the memory of the operands and of the result, row-major.
public struct KernelBuffers<T: Real> {
  /// The elements of the result, to be written.
  public let result: UnsafeMutableBufferPointer<T>
  /// The extents of the result.
  public let resultShape: Shape
  private let operands: [(start: UnsafeRawPointer, type: TensorType)]

  init(_ operands: [PlacedTensor], result: PlacedTensor, in memory: Memory) {
    self.operands = operands.map { operand in
      operand.type.element.isReal
        ? (UnsafeRawPointer(memory.pointer(operand.place, as: T.self)), operand.type)
        : (UnsafeRawPointer(memory.pointer(operand.place, as: Int32.self)), operand.type)
    }
    resultShape = result.type.shape
    self.result = UnsafeMutableBufferPointer(
      start: memory.pointer(result.place), count: result.type.shape.count)
  }

  /// The elements of an operand of real numbers.
  public subscript(operand: Int) -> UnsafeBufferPointer<T> {
    precondition(operands[operand].type.element.isReal, "operand \(operand) holds indices")
    return elements(operand)
  }

  /// The elements of an operand that holds labels or indices.
  public func indices(_ operand: Int) -> UnsafeBufferPointer<Int32> {
    precondition(!operands[operand].type.element.isReal, "operand \(operand) holds real numbers")
    return elements(operand)
  }

  /// The extents of an operand.
  public func shape(_ operand: Int) -> Shape { operands[operand].type.shape }

  private func elements<Element>(_ operand: Int) -> UnsafeBufferPointer<Element> {
    let (start, type) = operands[operand]
    return UnsafeBufferPointer(start: start.assumingMemoryBound(to: Element.self), count: type.shape.count)
  }
}
