import Foundation

@testable import Autodiff
@testable import Ops

/// A compiled program each of whose buffers has memory of its own, with a margin behind it, so that a call
/// that writes outside of its results and its scratch memory is found.
struct GuardedProgram {
  private static let margin = 1024
  private static let pattern: UInt8 = 0xA5

  private let compilation: Compilation
  private let workers: Workers
  private let memory: Memory
  private let kernels: [any Kernel]
  // The margins of the buffers.
  private let margins: [UnsafeMutableRawBufferPointer]

  init(_ plan: ProgramPlan) throws {
    (compilation, workers) = (plan.compilation, plan.workers)
    let layout = compilation.plan
    var offsets = [Int](repeating: 0, count: layout.sizes.count)
    var (end, ends) = (0, [Int]())
    for buffer in layout.sizes.indices where layout.root(buffer) == buffer {
      offsets[buffer] = end
      ends.append(end + Memory.aligned(layout.sizes[buffer]))
      end = ends[ends.count - 1] + Self.margin
    }
    for buffer in layout.sizes.indices { offsets[buffer] = offsets[layout.root(buffer)] }
    let memory = try Memory(
      offsets: offsets, byteCount: end, scratchBytes: compilation.scratchBytes, workers: workers.count)
    self.memory = memory
    let base = memory.scratch(of: 0, as: UInt8.self) - Memory.aligned(end)
    memset(base, 0, end)
    margins = ends.map { UnsafeMutableRawBufferPointer(start: base + $0, count: Self.margin) }
    for margin in margins { margin.initializeMemory(as: UInt8.self, repeating: Self.pattern) }
    kernels = compilation.kernels(in: memory)
  }

  /// Runs the calls, of operands of zeros at first, and returns those that write outside of their memory.
  ///
  /// - Parameter missing: The bytes by which each call's scratch memory is taken to be smaller than it is.
  func trespassers(missing: Int = 0) -> [String] {
    let scratch = (0..<workers.count).map { memory.scratch(of: $0, as: UInt8.self) }
    let stride =
      Memory.byteCount(buffers: 0, scratchBytes: compilation.scratchBytes, workers: 1)
      - Memory.byteCount(buffers: 0, scratchBytes: 0, workers: 0)
    var found: [String] = []
    for (call, kernel) in zip(compilation.calls, kernels) {
      let own = compilation.graph.byteCount(ofNumbers: call.call.plan.workerElements)
      let first = max(0, Memory.aligned(own) - missing)
      let behind = scratch.map { UnsafeMutableRawBufferPointer(start: $0 + first, count: stride - first) }
      for margin in behind { margin.initializeMemory(as: UInt8.self, repeating: Self.pattern) }
      workers.run(kernel)
      if !behind.allSatisfy(Self.isUntouched) { found.append("scratch memory of \(call.call.plan.summary)") }
      if !margins.allSatisfy(Self.isUntouched) {
        found.append("buffers of \(call.call.plan.summary)")
        for margin in margins { margin.initializeMemory(as: UInt8.self, repeating: Self.pattern) }
      }
    }
    return found
  }

  private static func isUntouched(_ margin: UnsafeMutableRawBufferPointer) -> Bool {
    // All bytes are as the first one, if each is as the one before.
    guard let start = margin.baseAddress, margin.count > 1 else { return true }
    return margin[0] == pattern && memcmp(start, start + 1, margin.count - 1) == 0
  }
}
