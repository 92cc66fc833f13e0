/// The arena of a program, and the address of each buffer in it.
package final class Memory: @unchecked Sendable {
  /// The size in bytes.
  package let byteCount: Int
  private let pages: Pages
  private var base: UnsafeMutableRawPointer { pages.start }
  // The start of each buffer, and the bytes available from there.
  private var buffers: [(start: UnsafeMutableRawPointer, byteCount: Int)] = []
  private let workerScratch: (offset: Int, stride: Int)
  // The memories that own the shared buffers.
  private let owners: [Memory]

  /// Allocates an arena with buffers at the given byte offsets, followed by scratch memory for each worker.
  ///
  /// - Parameter shared: The buffers that alias buffers of another memory.
  /// - Throws: `OutOfMemory` if the system does not have so much.
  package init(
    offsets: [Int], byteCount: Int, scratchBytes: Int, workers: Int,
    shared: [Int: (from: Memory, buffer: Int)] = [:]
  ) throws(OutOfMemory) {
    owners = shared.values.map(\.from)
    workerScratch = (Memory.aligned(byteCount), Memory.scratchStride(scratchBytes))
    self.byteCount = Memory.byteCount(buffers: byteCount, scratchBytes: scratchBytes, workers: workers)
    guard let pages = Pages(byteCount: self.byteCount) else {
      throw OutOfMemory(bytes: self.byteCount, purpose: "the tensors of a program")
    }
    self.pages = pages
    let start = pages.start
    buffers = offsets.enumerated().map { buffer, offset in
      shared[buffer].map { $0.from.buffers[$0.buffer] } ?? (start + offset, self.byteCount - offset)
    }
  }

  /// Returns the size of an arena in bytes, given the size of its buffers and of each worker's scratch
  /// memory.
  package static func byteCount(buffers: Int, scratchBytes: Int, workers: Int) -> Int {
    aligned(buffers) + scratchStride(scratchBytes) * workers + alignment
  }

  // Staggered, so that workers do not use the same cache sets.
  private static func scratchStride(_ scratchBytes: Int) -> Int { aligned(scratchBytes) + 4096 }

  /// The alignment of buffer offsets, in bytes.
  package static let alignment = 64

  /// Returns the size rounded up to the alignment.
  package static func aligned(_ byteCount: Int) -> Int { (byteCount + alignment - 1) & ~(alignment - 1) }

  /// Returns the address of a tensor whose elements are stored as numbers of a type.
  func start<T>(of place: BufferSlice, storing type: T.Type) -> UnsafeMutableRawPointer {
    contract(place.storage.holds(type), "elements stored as \(place.storage) are not of \(type)")
    return buffers[place.buffer].start + place.offset * place.storage.byteCount
  }

  func scratch<T>(of worker: Int, as type: T.Type = T.self) -> UnsafeMutablePointer<T> {
    (base + workerScratch.offset + worker * workerScratch.stride).assumingMemoryBound(to: T.self)
  }

  /// Calls `body` with the elements at a buffer slice, to fill.
  package func withElements<T, Result>(
    _ place: BufferSlice, count: Int, as type: T.Type = T.self,
    _ body: (UnsafeMutableBufferPointer<T>) throws -> Result
  ) rethrows -> Result {
    contract(
      (place.offset + count) * MemoryLayout<T>.stride <= buffers[place.buffer].byteCount,
      "the buffer lies outside the arena")
    let start = start(of: place, storing: type).assumingMemoryBound(to: type)
    return try body(UnsafeMutableBufferPointer(start: start, count: count))
  }
}

extension Storage {
  // Whether the elements in memory are numbers of a type.
  fileprivate func holds<T>(_ type: T.Type) -> Bool {
    switch self {
    case .float32: T.self == Float.self
    case .float64: T.self == Double.self
    case .bfloat16: T.self == BFloat16.self || T.self == BFloat16Pair.self
    case .int32: T.self == Int32.self
    }
  }
}

/// The location of a tensor: a buffer of the memory plan, the offset of the first element, and the storage
/// type.
package struct BufferSlice: Hashable, Sendable {
  /// The buffer's index in the plan.
  package let buffer: Int
  /// The offset from the start of the buffer, in elements.
  package let offset: Int
  /// The storage type of each element.
  package let storage: Storage

  /// Creates a location in a buffer.
  package init(_ buffer: Int, offset: Int = 0, _ storage: Storage) {
    self.buffer = buffer
    self.offset = offset
    self.storage = storage
  }

  /// The place that some elements later is.
  package func advanced(by elements: Int) -> BufferSlice {
    BufferSlice(buffer, offset: offset + elements, storage)
  }
}

/// A planned call: what it computes and the buffers it reads and writes. It is scheduled and its memory
/// planned before the kernel is created.
package protocol KernelPlan: Sendable {
  /// The buffer slices read.
  var reads: [BufferSlice] { get }
  /// The buffer slices written.
  var writes: [BufferSlice] { get }
  /// Those of both that the kernel converts, so that they may be stored in another precision than it computes
  /// in.
  var converted: [BufferSlice] { get }
  /// The size of the call's scratch buffer in elements, for partial sums.
  var partialElements: Int { get }
  /// The scratch memory of each worker in elements, for tiles.
  var workerElements: Int { get }
  /// The kernel that does it in single precision, bound to memory. One function for all types would be
  /// compiled for unknown ones too.
  func kernel(in memory: CallMemory<Float>) -> any Kernel
  /// The kernel that does it in double precision.
  func kernel(in memory: CallMemory<Double>) -> any Kernel
  /// The operation and the algorithm, for the printed schedule.
  var summary: String { get }
  /// The tiling, for the printed schedule.
  var tile: String { get }
  /// Whether there is nothing to do, given the buffer in whose memory each one lies.
  func isNothing(_ root: (Int) -> Int) -> Bool
  /// Whether it runs an operation's reference kernel, for lack of another.
  var isReference: Bool { get }
  /// The multiplications of its products over those of the direct algorithm: less than 1 by Winograd's.
  var multiplicationShare: Double { get }
  /// Whether it multiplies pairs of bfloat16, two products at a time.
  var isInPairs: Bool { get }
}

extension KernelPlan {
  package var converted: [BufferSlice] { [] }
  package var tile: String { "" }
  package func isNothing(_ root: (Int) -> Int) -> Bool { false }
  package var isReference: Bool { false }
  package var multiplicationShare: Double { 1 }
  package var isInPairs: Bool { false }
  package var partialElements: Int { 0 }
  package var workerElements: Int { 0 }
}
