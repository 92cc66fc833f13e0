/// The memory that a call works in, for kernels of the precision that it computes in.
package struct CallMemory<T: KernelReal> {
  private let memory: Memory
  private let own: BufferSlice

  /// The memory of a call of a program.
  ///
  /// - Parameter partials: Where the call's own memory lies.
  package init(_ memory: Memory, partials: BufferSlice) {
    self.memory = memory
    own = partials
  }

  /// The call's own memory: partial sums.
  var partials: UnsafeMutablePointer<T> { memory.pointer(own) }

  /// What a worker keeps while it runs a task.
  @inline(__always)
  func scratch(of worker: Int) -> UnsafeMutablePointer<T> { memory.scratch(of: worker) }

  /// The elements of a tensor of real numbers.
  @inline(__always)
  func pointer(_ place: BufferSlice) -> UnsafeMutablePointer<T> { memory.pointer(place) }

  /// The elements of a tensor of labels or indices.
  func indices(_ place: BufferSlice) -> UnsafePointer<Int32> { UnsafePointer(memory.pointer(place)) }

  /// The same memory for a kernel that there is in single precision alone.
  var inSinglePrecision: CallMemory<Float> {
    contract(T.self == Float.self, "the kernel computes in single precision")
    return CallMemory<Float>(memory, partials: own)
  }
}
