import Foundation

/// The one allocation a program computes in, and where each buffer lies in it.
package final class Memory: @unchecked Sendable {
  /// The size in bytes.
  package let byteCount: Int
  private let block: UnsafeMutableRawPointer
  private let base: UnsafeMutableRawPointer
  // Where each buffer begins, and how many bytes may follow.
  private var buffers: [(start: UnsafeMutableRawPointer, byteCount: Int)] = []
  private let workerScratch: (offset: Int, stride: Int)
  // The memories that own the shared buffers.
  private let owners: [Memory]

  /// An arena with buffers at the given byte offsets, and scratch memory for each worker behind them.
  ///
  /// - Parameter shared: The buffers that are those of another memory instead.
  /// - Throws: `OutOfMemory` if the system does not have so much.
  package init(
    offsets: [Int], byteCount: Int, scratchBytes: Int, workers: Int,
    shared: [Int: (from: Memory, buffer: Int)] = [:]
  ) throws(OutOfMemory) {
    owners = shared.values.map(\.from)
    workerScratch = (Memory.aligned(byteCount), Memory.scratchStride(scratchBytes))
    self.byteCount = Memory.byteCount(buffers: byteCount, scratchBytes: scratchBytes, workers: workers)
    // Pages of zeros from the system, which are there only once they are written to.
    guard let block = calloc(self.byteCount + Memory.pageBytes, 1) else {
      throw OutOfMemory(bytes: self.byteCount, purpose: "the tensors of a program")
    }
    self.block = block
    base = block.alignedUp(toMultipleOf: Memory.pageBytes)
    buffers = offsets.enumerated().map { buffer, offset in
      shared[buffer].map { $0.from.buffers[$0.buffer] } ?? (base + offset, self.byteCount - offset)
    }
  }

  deinit { free(block) }

  /// The bytes that an arena takes, given those of its buffers and those of scratch memory for each worker.
  package static func byteCount(buffers: Int, scratchBytes: Int, workers: Int) -> Int {
    aligned(buffers) + scratchStride(scratchBytes) * workers + alignment
  }

  // Not the same cache sets for every worker.
  private static func scratchStride(_ scratchBytes: Int) -> Int { aligned(scratchBytes) + 4096 }

  private static let pageBytes = 4096

  /// What buffers' offsets are multiples of, in bytes.
  package static let alignment = 64

  /// The size rounded up so that the next buffer is aligned.
  package static func aligned(_ byteCount: Int) -> Int { (byteCount + alignment - 1) & ~(alignment - 1) }

  /// Where the first byte of a tensor is, whose elements are stored as numbers of a type.
  func start<T>(of place: BufferSlice, storing type: T.Type) -> UnsafeMutableRawPointer {
    contract(place.storage.holds(type), "elements stored as \(place.storage) are not of \(type)")
    return buffers[place.buffer].start + place.offset * place.storage.byteCount
  }

  func scratch<T>(of worker: Int, as type: T.Type = T.self) -> UnsafeMutablePointer<T> {
    (base + workerScratch.offset + worker * workerScratch.stride).assumingMemoryBound(to: T.self)
  }

  /// Gives `body` the elements at a place, to be filled in.
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

/// Where a tensor's first element is, a buffer of the memory plan and an offset in elements, and how elements
/// are stored there.
package struct BufferSlice: Hashable, Sendable {
  /// The buffer's index in the plan.
  package let buffer: Int
  /// Elements from the start of the buffer.
  package let offset: Int
  /// How each element is stored.
  package let storage: Storage

  /// A place in a buffer.
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

/// What a call does and which buffers it touches: enough to schedule it and to plan its memory before a
/// kernel is made for it.
package protocol KernelPlan: Sendable {
  /// The places read.
  var reads: [BufferSlice] { get }
  /// The places written.
  var writes: [BufferSlice] { get }
  /// Numbers of memory of its own that it needs while it runs, besides its results: partial sums.
  var partialElements: Int { get }
  /// Numbers of memory each worker needs while it runs: tiles.
  var workerElements: Int { get }
  /// The kernel that does it in the precision `T`, bound to memory.
  func kernel<T: KernelReal>(in memory: CallMemory<T>) -> any Kernel
  /// What is done and by which algorithm, in a few words for the schedule.
  var summary: String { get }
  /// How the work is cut, in a few words for the schedule.
  var tile: String { get }
  /// Whether there is nothing to do, given the buffer in whose memory each one lies.
  func isNothing(_ root: (Int) -> Int) -> Bool
  /// Whether it is done by the reference kernel of an operation, for want of one of this module.
  var isReference: Bool { get }
}

extension KernelPlan {
  package var tile: String { "" }
  package func isNothing(_ root: (Int) -> Int) -> Bool { false }
  package var isReference: Bool { false }
  package var partialElements: Int { 0 }
  package var workerElements: Int { 0 }
}
