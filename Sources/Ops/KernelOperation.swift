/// An operation with a kernel of its own: in a compiled program a call by its name, whose work the threads
/// share.
///
/// Its result is made in parts that do not depend on each other, its rows for instance. Runs of parts are
/// handed to whichever thread is free; where they are cut follows from the shapes, so that the number of
/// threads changes no bit of the result. Its `evaluate` remains the definition that the kernel is tested
/// against.
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

  /// Computes some of the parts in single precision: `compute`, compiled for it in the module that defines
  /// the operation, unless it is written by hand.
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
  @usableFromInline let operands: [Operand]

  @usableFromInline
  enum Operand {
    case real(UnsafeBufferPointer<T>, Shape)
    case index(UnsafeBufferPointer<Int32>, Shape)
  }

  init(_ operands: [BufferView], result: BufferView, in memory: CallMemory<T>) where T: KernelReal {
    self.operands = operands.map { operand in
      let shape = operand.type.shape
      return operand.type.element.isReal
        ? .real(
          UnsafeBufferPointer(start: OperandReader(operand.place, memory).elements, count: shape.count), shape
        )
        : .index(UnsafeBufferPointer(start: memory.indices(operand.place), count: shape.count), shape)
    }
    resultShape = result.type.shape
    self.result = UnsafeMutableBufferPointer(
      start: ResultWriter(result.place, memory).elements, count: resultShape.count)
  }

  /// The operands as values of their own.
  var values: [Value<T>] {
    operands.map { operand in
      switch operand {
      case .real(let elements, let shape): .real(Array(elements), shape)
      case .index(let elements, let shape): .index(Array(elements), shape)
      }
    }
  }

  /// The elements of an operand of real numbers.
  @inlinable
  public subscript(operand: Int) -> UnsafeBufferPointer<T> {
    guard case .real(let elements, _) = operands[operand] else {
      fatalError("the operand holds indices")
    }
    return elements
  }

  /// The elements of an operand that holds labels or indices.
  @inlinable
  public func indices(_ operand: Int) -> UnsafeBufferPointer<Int32> {
    guard case .index(let elements, _) = operands[operand] else {
      fatalError("the operand holds real numbers")
    }
    return elements
  }

  /// The extents of an operand.
  @inlinable
  public func shape(_ operand: Int) -> Shape {
    switch operands[operand] {
    case .real(_, let shape), .index(_, let shape): return shape
    }
  }
}
