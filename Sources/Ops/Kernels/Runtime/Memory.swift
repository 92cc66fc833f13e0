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

  func pointer<T>(_ place: BufferSlice, as type: T.Type = T.self) -> UnsafeMutablePointer<T> {
    buffers[place.buffer].start.assumingMemoryBound(to: T.self) + place.offset
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
    return try body(UnsafeMutableBufferPointer(start: pointer(place), count: count))
  }
}

/// Where a tensor's first element is: a buffer of the memory plan and an offset in elements.
package struct BufferSlice: Hashable, Sendable {
  /// The buffer's index in the plan.
  package let buffer: Int
  /// Elements from the start of the buffer.
  package let offset: Int

  /// A place in a buffer.
  package init(_ buffer: Int, offset: Int = 0) {
    self.buffer = buffer
    self.offset = offset
  }
}

/// What a call does and which buffers it touches: enough to schedule it and to plan its memory before a
/// kernel is made for it.
package protocol KernelPlan: Sendable {
  /// The places read.
  var reads: [BufferSlice] { get }
  /// The places written.
  var writes: [BufferSlice] { get }
  /// Bytes of memory of its own that it needs while it runs, besides its results: partial sums.
  func partialBytes(_ element: ElementType) -> Int
  /// Bytes of memory each worker needs while it runs: tiles.
  func workerBytes(_ element: ElementType) -> Int
  /// The kernel that does it, bound to memory. `partials` is where its own memory lies.
  func kernel(in memory: Memory, partials: BufferSlice, element: ElementType) -> any Kernel
  /// What is done and by which algorithm, in a few words for the schedule.
  var summary: String { get }
  /// How the work is cut, in a few words for the schedule.
  var tile: String { get }
  /// Whether it is done by the reference kernel of an operation, for want of one of this module.
  var isReference: Bool { get }
}

extension KernelPlan {
  package var tile: String { "" }
  package var isReference: Bool { false }
  package func partialBytes(_ element: ElementType) -> Int { 0 }
  package func workerBytes(_ element: ElementType) -> Int { 0 }
}
