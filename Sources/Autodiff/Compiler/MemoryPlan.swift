/// Where each buffer of a program lies: buffers that do not live at the same time share memory.
struct MemoryPlan {
  /// The byte offset of each buffer.
  private(set) var offsets: [Int]
  /// The size of the arena.
  private(set) var byteCount = 0
  /// The first and last call during which each buffer holds something; nil for nodes without memory.
  private(set) var lifetimes: [ClosedRange<Int>?]
  /// The buffer whose memory another one takes over.
  private(set) var owner: [Int]
  // Buffers whose memory is another program's.
  private let borrowed: Set<Int>

  /// - Parameters:
  ///   - updates: the buffer of each variable's new value, and the variable's own.
  ///   - outputs: buffers read after the run.
  ///   - partialBytes: memory each call needs while it runs, in buffers that follow the nodes'.
  ///   - borrowed: buffers that are another program's and need no memory here.
  init(
    _ schedule: Schedule, updates: [(value: Int, variable: Int)], outputs: Set<Int>, partialBytes: [Int],
    borrowed: Set<Int> = [], options: CompilerOptions
  ) {
    self.borrowed = borrowed
    let nodeCount = schedule.bufferBytes.count
    let end = schedule.calls.count
    let sizes = schedule.bufferBytes + partialBytes
    owner = Array(sizes.indices)
    offsets = [Int](repeating: 0, count: sizes.count)
    lifetimes = [ClosedRange<Int>?](repeating: nil, count: sizes.count)

    func extend(_ buffer: Int, _ call: Int) {
      guard sizes[buffer] > 0 else { return }
      let range = lifetimes[buffer] ?? call...call
      lifetimes[buffer] = min(range.lowerBound, call)...max(range.upperBound, call)
    }
    for (index, call) in schedule.calls.enumerated() {
      for place in call.plan.reads + call.plan.writes { extend(place.buffer, index) }
      extend(nodeCount + index, index)
    }
    for buffer in schedule.persistent.union(outputs) where sizes[buffer] > 0 {
      extend(buffer, schedule.persistent.contains(buffer) ? 0 : lifetimes[buffer]?.lowerBound ?? 0)
      extend(buffer, end)
    }
    if options.runs(.inPlace) {
      takeOver(schedule, updates: updates, outputs: outputs)
    }
    layOut(sizes, reuse: options.runs(.reuse))
  }

  private mutating func takeOver(
    _ schedule: Schedule, updates: [(value: Int, variable: Int)], outputs: Set<Int>
  ) {
    // The new value of a variable is written over the old one, if that is read by nobody later.
    var writer: [Int: Int] = [:]
    var readers: [Int: [Int]] = [:]
    for (index, call) in schedule.calls.enumerated() {
      for node in call.nodes { writer[node] = writer[node] ?? index }
      for place in call.plan.reads { readers[place.buffer, default: []].append(index) }
    }
    var taken: Set<Int> = []
    for (value, variable) in updates where !schedule.persistent.contains(value) && owner[value] == value {
      guard let written = writer[value],
        let candidate = schedule.calls[written].inPlace.first(where: { $0.result == value })
      else { continue }
      let isSafe = (readers[variable] ?? []).allSatisfy { reader in
        reader < written || (reader == written && candidate.leaves.contains(variable))
      }
      if isSafe && taken.insert(variable).inserted { owner[value] = variable }
    }
    for (index, call) in schedule.calls.enumerated() {
      var given: Set<Int> = []
      for (result, leaves) in call.inPlace where owner[result] == result {
        for leaf in leaves {
          guard let leafBuffer = schedule.places[leaf]?.buffer else { continue }
          let root = root(leafBuffer)
          guard !schedule.persistent.contains(root), lifetimes[root]?.upperBound == index,
            !outputs.contains(leafBuffer), !given.contains(root),
            schedule.bufferBytes[root] == schedule.bufferBytes[result], let lifetime = lifetimes[result]
          else { continue }
          given.insert(root)
          owner[result] = root
          lifetimes[root] = (lifetimes[root]?.lowerBound ?? index)...lifetime.upperBound
          break
        }
      }
    }
  }

  /// The buffer in whose memory another one lies: its own, or one that it takes over.
  func root(_ buffer: Int) -> Int {
    var buffer = buffer
    while owner[buffer] != buffer { buffer = owner[buffer] }
    return buffer
  }

  // Largest first, each at the lowest place that is free while it lives.
  private mutating func layOut(_ sizes: [Int], reuse: Bool) {
    let buffers = sizes.indices.filter { owner[$0] == $0 && lifetimes[$0] != nil && !borrowed.contains($0) }
      .sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    var placed: [(range: Range<Int>, lifetime: ClosedRange<Int>)] = []
    for buffer in buffers {
      guard let lifetime = lifetimes[buffer] else { continue }
      let size = Memory.aligned(sizes[buffer])
      var offset = 0
      for other in placed where !reuse || other.lifetime.overlaps(lifetime) {
        if other.range.lowerBound >= offset + size { break }
        offset = max(offset, other.range.upperBound)
      }
      offsets[buffer] = offset
      let range = offset..<offset + size
      let index = placed.firstIndex { $0.range.lowerBound > range.lowerBound } ?? placed.count
      placed.insert((range, lifetime), at: index)
      byteCount = max(byteCount, offset + size)
    }
    for buffer in sizes.indices { offsets[buffer] = offsets[root(buffer)] }
  }
}
