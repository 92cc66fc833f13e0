/// The arena layout of a program: buffers with disjoint lifetimes share memory.
struct MemoryPlan {
  /// The byte offset of each buffer.
  private(set) var offsets: [Int]
  /// The size of the arena.
  private(set) var byteCount = 0
  /// The first and last call during which each buffer is live; nil for nodes without memory.
  private(set) var lifetimes: [ClosedRange<Int>?]
  /// The buffer that each buffer aliases; itself if it has its own memory.
  private(set) var owner: [Int]
  /// The output that each buffer in another program's memory provides the memory of.
  private(set) var placed: [Int: Int] = [:]
  /// The size in bytes of each buffer.
  let sizes: [Int]
  // Buffers that belong to another program.
  private var shared: Set<Int>

  /// The input of memory planning: buffers, and the calls that read and write them.
  struct Demand {
    /// The buffers that a call touches.
    struct Call {
      var reads: [Int]
      var writes: [Int]
      /// The size in bytes of the call's scratch buffer.
      var partialBytes = 0
      /// In-place candidates: results that may overwrite a buffer that the call reads.
      var inPlace: [(result: Int, leaves: [Int])] = []
    }

    /// The buffers; nil for one that needs no memory.
    var buffers: [Buffer?]
    /// The calls in order.
    var calls: [Call]
    /// Buffers that persist between runs.
    var persistent: Set<Int> = []
    /// Buffers read after the run.
    var outputs: Set<Int> = []
    /// The buffer of each variable's new value, and of the variable.
    var updates: [(value: Int, variable: Int)] = []
  }

  /// Lays out the buffers of a demand, followed by one scratch buffer per call.
  ///
  /// - Parameters:
  ///   - shared: Buffers that belong to another program and need no memory here.
  ///   - elsewhere: Outputs for which another program has memory, if nothing else here depends on where they
  ///     are.
  init(
    _ demand: Demand, shared: Set<Int> = [], elsewhere: Set<Int> = [], options: CompilerOptions
  ) {
    self.shared = shared
    let end = demand.calls.count
    sizes = demand.buffers.map { $0?.byteCount ?? 0 } + demand.calls.map(\.partialBytes)
    let sizes = sizes
    owner = Array(sizes.indices)
    offsets = [Int](repeating: 0, count: sizes.count)
    lifetimes = [ClosedRange<Int>?](repeating: nil, count: sizes.count)

    func extend(_ buffer: Int, _ call: Int) {
      guard sizes[buffer] > 0 else { return }
      let range = lifetimes[buffer] ?? call...call
      lifetimes[buffer] = min(range.lowerBound, call)...max(range.upperBound, call)
    }
    for (index, call) in demand.calls.enumerated() {
      for buffer in call.reads + call.writes { extend(buffer, index) }
      extend(demand.buffers.count + index, index)
    }
    for buffer in demand.persistent.union(demand.outputs) where sizes[buffer] > 0 {
      extend(buffer, demand.persistent.contains(buffer) ? 0 : lifetimes[buffer]?.lowerBound ?? 0)
      extend(buffer, end)
    }
    if options.runs(.inPlace) {
      updateInPlace(demand)
      reuseOperands(demand)
    }
    place(elsewhere, demand)
    layOut(reuse: options.runs(.reuse))
  }

  // Aliases a variable's new value with the variable, if its old value is not read later.
  private mutating func updateInPlace(_ demand: Demand) {
    var writer: [Int: Int] = [:]
    var readers: [Int: [Int]] = [:]
    for (index, call) in demand.calls.enumerated() {
      for buffer in call.writes { writer[buffer] = writer[buffer] ?? index }
      for buffer in call.reads { readers[buffer, default: []].append(index) }
    }
    var taken: Set<Int> = []
    for (value, variable) in demand.updates where !demand.persistent.contains(value) && owner[value] == value
    {
      guard let written = writer[value],
        let candidate = demand.calls[written].inPlace.first(where: { $0.result == value })
      else { continue }
      let isSafe = (readers[variable] ?? []).allSatisfy { reader in
        reader < written || (reader == written && candidate.leaves.contains(variable))
      }
      if isSafe && taken.insert(variable).inserted { owner[value] = variable }
    }
  }

  // Aliases results with operands that are not read later.
  private mutating func reuseOperands(_ demand: Demand) {
    for (index, call) in demand.calls.enumerated() {
      var given: Set<Int> = []
      for (result, leaves) in call.inPlace where owner[result] == result {
        for leaf in leaves {
          let root = root(leaf)
          guard !demand.persistent.contains(root), lifetimes[root]?.upperBound == index,
            !demand.outputs.contains(leaf), !given.contains(root),
            demand.buffers[root] == demand.buffers[result], let lifetime = lifetimes[result]
          else { continue }
          given.insert(root)
          owner[result] = root
          lifetimes[root] = (lifetimes[root]?.lowerBound ?? index)...lifetime.upperBound
          break
        }
      }
    }
  }

  // Leaves the memory of outputs to another program, where no other output and nothing that persists lies in
  // the same.
  private mutating func place(_ elsewhere: Set<Int>, _ demand: Demand) {
    let outputs = Dictionary(grouping: demand.outputs, by: root)
    let fixed = Set(demand.persistent.union(shared).map(root))
    for buffer in elsewhere.sorted() where demand.buffers[buffer] == demand.buffers[root(buffer)] {
      let root = root(buffer)
      guard outputs[root] == [buffer], !fixed.contains(root) else { continue }
      placed[root] = buffer
      shared.insert(root)
    }
  }

  /// Returns the buffer that provides the memory of another one, after aliasing.
  func root(_ buffer: Int) -> Int {
    var buffer = buffer
    while owner[buffer] != buffer { buffer = owner[buffer] }
    return buffer
  }

  // Whether a buffer has memory of its own in the arena.
  private func isInArena(_ buffer: Int) -> Bool {
    owner[buffer] == buffer && lifetimes[buffer] != nil && !shared.contains(buffer)
  }

  /// Returns the call during which the live buffers take the most bytes, with those that have memory of their
  /// own and their sizes, the largest first.
  var fullest: (call: Int, buffers: [(buffer: Int, byteCount: Int)]) {
    let buffers = sizes.indices.filter(isInArena)
    var changes: [Int: Int] = [:]
    for buffer in buffers {
      guard let lifetime = lifetimes[buffer] else { continue }
      changes[lifetime.lowerBound, default: 0] += sizes[buffer]
      changes[lifetime.upperBound + 1, default: 0] -= sizes[buffer]
    }
    var (live, most, fullest) = (0, 0, 0)
    for (call, change) in changes.inKeyOrder {
      live += change
      if live > most { (most, fullest) = (live, call) }
    }
    let held = buffers.filter { lifetimes[$0]?.contains(fullest) ?? false }
      .sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    return (fullest, held.map { ($0, sizes[$0]) })
  }

  // Places the largest buffers first, each at the lowest offset that is free during its lifetime.
  private mutating func layOut(reuse: Bool) {
    let buffers = sizes.indices.filter(isInArena)
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

extension MemoryPlan.Demand {
  /// Creates the demand of a schedule.
  init(_ schedule: CallSchedule, _ graph: Graph) {
    buffers = schedule.buffers
    calls = schedule.calls.map { call in
      Call(
        reads: call.plan.reads.map(\.buffer), writes: call.plan.writes.map(\.buffer),
        partialBytes: graph.byteCount(ofNumbers: call.plan.partialElements), inPlace: call.inPlace)
    }
    persistent = schedule.persistent
    updates = schedule.updates(of: graph)
    outputs = Set(graph.outputs.map { schedule.places[$0].buffer } + updates.map(\.value))
  }
}
