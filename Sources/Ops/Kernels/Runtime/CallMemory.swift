/// The memory that a call works in, for kernels of the precision that it computes in. They reach tensors
/// through readers and writers alone, which know how elements are stored.
package struct CallMemory<T: KernelReal> {
  private let memory: Memory
  private let own: BufferSlice

  /// The memory of a call of a program.
  ///
  /// - Parameter partials: The scratch buffer of the call.
  package init(_ memory: Memory, partials: BufferSlice) {
    self.memory = memory
    own = partials
  }

  /// The call's own memory: partial sums.
  var partials: UnsafeMutablePointer<T> { elements(of: own) }

  /// Returns the scratch memory of a worker.
  @inline(__always)
  func scratch(of worker: Int) -> UnsafeMutablePointer<T> { memory.scratch(of: worker) }

  /// The elements of a tensor of labels or indices.
  func indices(_ place: BufferSlice) -> UnsafePointer<Int32> { UnsafePointer(elements(of: place)) }

  /// The same memory for a kernel that exists only in single precision.
  var inSinglePrecision: CallMemory<Float> {
    contract(T.self == Float.self, "the kernel computes in single precision")
    return CallMemory<Float>(memory, partials: own)
  }

  /// The elements of a tensor where they lie, of the type that they are stored as.
  func elements<Element>(of place: BufferSlice) -> UnsafeMutablePointer<Element> {
    memory.start(of: place, storing: Element.self).assumingMemoryBound(to: Element.self)
  }
}

/// Memory of a worker, from which arrays are taken one after another.
struct ScratchRoom<T: KernelReal> {
  private var next: UnsafeMutablePointer<T>

  @inline(__always)
  init(_ memory: UnsafeMutablePointer<T>) { next = memory }

  /// The memory that has not been taken.
  var rest: UnsafeMutablePointer<T> { next }

  /// Takes memory for numbers.
  @inline(__always)
  mutating func take(_ count: Int) -> UnsafeMutablePointer<T> {
    defer { next += aligned(count) }
    return next
  }

  /// Takes memory for elements that take as many bytes as one number of the kernel's precision, or several.
  @inline(__always)
  mutating func take<Element>(_ count: Int, as type: Element.Type) -> UnsafeMutablePointer<Element> {
    let size = MemoryLayout<Element>.stride / MemoryLayout<T>.stride
    return reinterpreted(take(aligned(count) * size), as: type)
  }
}

/// Returns memory for elements that take as many bytes.
@inline(__always)
func reinterpreted<A, B>(_ pointer: UnsafeMutablePointer<A>, as type: B.Type) -> UnsafeMutablePointer<B> {
  UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: B.self)
}

/// Returns elements as such that take as many bytes.
@inline(__always)
func reinterpreted<A, B>(_ pointer: UnsafePointer<A>, as type: B.Type) -> UnsafePointer<B> {
  UnsafeRawPointer(pointer).assumingMemoryBound(to: B.self)
}
