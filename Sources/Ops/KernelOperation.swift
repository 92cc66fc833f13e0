/// An operation with its own multithreaded kernel, compiled to one call under its name.
///
/// The result is divided into independent parts, for example its rows, and ranges of parts run on the
/// threads. The ranges depend only on the shapes, so the number of threads does not change the result.
/// `evaluate` remains the definition that the kernel is tested against.
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
  /// Returns the number of parts of the result, given the types of the operands and of the result.
  ///
  /// - Parameters:
  ///   - operands: The types of the operands.
  ///   - result: The type of the result.
  func partCount(_ operands: [TensorType], result: TensorType) -> Int

  /// Computes some parts and writes every element of them; the result's memory is uninitialized.
  ///
  /// It is called concurrently, with disjoint parts.
  ///
  /// - Parameters:
  ///   - parts: The indices of the parts to compute.
  ///   - buffers: The elements of the operands and the memory for the result.
  func compute<T: Real>(_ parts: Range<Int>, _ buffers: KernelBuffers<T>)

  /// Computes some parts in single precision. By default it is `compute`, specialized in the module that
  /// defines the operation.
  ///
  /// - Parameters:
  ///   - parts: The indices of the parts to compute.
  ///   - buffers: The elements of the operands and the memory for the result.
  func run(_ parts: Range<Int>, _ buffers: KernelBuffers<Float>)

  /// Computes some parts in double precision.
  ///
  /// - Parameters:
  ///   - parts: The indices of the parts to compute.
  ///   - buffers: The elements of the operands and the memory for the result.
  func run(_ parts: Range<Int>, _ buffers: KernelBuffers<Double>)
}

extension KernelOperation {
  @inlinable
  public func run(_ parts: Range<Int>, _ buffers: KernelBuffers<Float>) { compute(parts, buffers) }

  @inlinable
  public func run(_ parts: Range<Int>, _ buffers: KernelBuffers<Double>) { compute(parts, buffers) }
}

/// The buffers of a kernel: the operands and the result, row-major.
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

  /// Returns the elements of an operand of real numbers.
  ///
  /// - Parameter operand: The index of the operand.
  @inlinable
  public subscript(operand: Int) -> UnsafeBufferPointer<T> {
    guard case .real(let elements, _) = operands[operand] else {
      fatalError("the operand holds indices")
    }
    return elements
  }

  /// Returns the elements of an operand of labels or indices.
  ///
  /// - Parameter operand: The index of the operand.
  @inlinable
  public func indices(_ operand: Int) -> UnsafeBufferPointer<Int32> {
    guard case .index(let elements, _) = operands[operand] else {
      fatalError("the operand holds real numbers")
    }
    return elements
  }

  /// Returns the extents of an operand.
  ///
  /// - Parameter operand: The index of the operand.
  @inlinable
  public func shape(_ operand: Int) -> Shape {
    switch operands[operand] {
    case .real(_, let shape), .index(_, let shape): return shape
    }
  }
}
