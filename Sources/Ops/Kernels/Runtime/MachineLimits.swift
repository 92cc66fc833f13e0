/// The peak rates of a machine: the roofs of the roofline model (Williams, Waterman and Patterson 2009).
/// Assign them to the report of timed runs to see how near to them each call is.
///
/// Calls whose tensors are still in a cache pass over them faster than over memory.
public struct MachineLimits: Sendable {
  /// The multiplications and additions per second of products in single precision.
  public let operations: Double
  /// The same of products of bfloat16, in mixed precision.
  public let pairOperations: Double
  /// The bytes read and written per second.
  public let bytes: Double

  /// Limits that are known.
  ///
  /// - Parameters:
  ///   - operations: The multiplications and additions per second of products in single precision.
  ///   - pairOperations: The same of products of bfloat16.
  ///   - bytes: The bytes read and written per second.
  public init(operations: Double, pairOperations: Double, bytes: Double) {
    (self.operations, self.pairOperations, self.bytes) = (operations, pairOperations, bytes)
  }

  /// Measures the limits of some threads together, in a few tenths of a second.
  ///
  /// - Parameter workers: The threads.
  /// - Throws: `OutOfMemory` if the system does not have 64 MiB.
  public static func measured(by workers: Workers = .shared) throws(OutOfMemory) -> MachineLimits {
    let copied = 32 << 20
    guard let pages = Pages(byteCount: 2 * copied) else {
      throw OutOfMemory(bytes: 2 * copied, purpose: "measuring the limits of the machine")
    }
    let tasks = 64
    let copy = TaskKernel(tasks: tasks) { task, _ in
      let part = pages.start + task * (copied / tasks)
      (part + copied).copyMemory(from: part, byteCount: copied / tasks)
    }
    return MachineLimits(
      operations: rate(of: cachedProducts(Float.self, tasks: tasks), workers),
      pairOperations: rate(
        of: OperandForm.fastestPairs == .pairs
          ? cachedProducts(BFloat16Pair.self, tasks: tasks) : cachedProducts(UnpackedPair.self, tasks: tasks),
        workers),
      bytes: rate(of: (copy, 2 * Double(copied)), workers))
  }

  /// Measures whether products of pairs take less time by the processor's instruction than unpacked ones.
  static func instructionIsFaster() -> Bool {
    let workers = Workers(count: 1)
    return rate(of: cachedProducts(BFloat16Pair.self, tasks: 8), workers)
      > rate(of: cachedProducts(UnpackedPair.self, tasks: 8), workers)
  }

  /// Whether products of bfloat16 take this processor less time than as many in single precision.
  package static var pairsAreFaster: Bool { OperandForm.fastestPairs == .pairs }

  // Products whose operands are in cache, and their operations.
  private static func cachedProducts<Element: PanelElement>(
    _ type: Element.Type, tasks: Int
  ) -> (kernel: TaskKernel, work: Double) where Element.Sum == Float {
    let (rows, depth, columns, repetitions) = (48, 128, 64, 8)
    let kernel = TaskKernel(tasks: tasks) { _, _ in
      let panels = PackedPanels(rows: depth, columns: columns)
      let elements = depth * (rows + panels.paddedColumns)
      withUnsafeTemporaryAllocation(of: Element.self, capacity: elements) { room in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * panels.paddedColumns) { sums in
          guard let a = room.baseAddress, let c = sums.baseAddress else { return }
          a.initialize(repeating: .zero, count: room.count)
          for _ in 0..<repetitions {
            var ahead = Prefetcher()
            panels.multiply(
              rows, PanelOperand(base: UnsafePointer(a), rows: .strided(depth), depth: depth),
              by: UnsafePointer(a + rows * depth), to: c, fetching: &ahead)
          }
        }
      }
    }
    let products = tasks * repetitions * rows * depth * columns * Element.numbers
    return (kernel, 2 * Double(products))
  }

  // The work per second in the fastest of several runs.
  private static func rate(of run: (kernel: TaskKernel, work: Double), _ workers: Workers) -> Double {
    let seconds = (0..<10).map { _ in
      let start = MonotonicClock.seconds
      workers.run(run.kernel)
      return MonotonicClock.seconds - start
    }
    return run.work / max(1e-9, seconds.min() ?? 0)
  }
}
