/// Reduction states in memory, as a structure of arrays: the first value of every state, then the second.
package struct ReductionStates<T: Real> {
  let pointer: UnsafeMutablePointer<T>
  /// The number of states.
  let count: Int
  /// The stride between the values of one state.
  let stride: Int
}

/// Rows of elements in cache.
package struct ReductionBlock<T: Real> {
  let elements: UnsafePointer<T>
  let rows: Int
  let columns: Int
  /// The index of the first element among those reduced to one result.
  let index: Int
  /// Whether the states have no elements yet.
  let isFirst: Bool
}

/// The destination of a reduction's results.
package struct ReductionResults<T: Real> {
  let pointer: UnsafeMutablePointer<T>
  /// The number of elements reduced to each result.
  let elements: Int
  /// The offset of the second result, if there is one.
  let stride: Int
}

/// One step of a reduction.
package enum ReductionStep<T: Real> {
  /// Accumulates each column of the block into its own state.
  case addColumns(ReductionBlock<T>, ReductionStates<T>)
  /// Accumulates all rows of the block into one state.
  case addAll(ReductionBlock<T>, ReductionStates<T>)
  /// Reduces each row of the block to its own result. The state of a row that does not end in the block is
  /// carried to the next.
  case reduceRows(ReductionBlock<T>, carrying: ReductionStates<T>, ReductionResults<T>?)
  /// Merges states of `otherCount` elements into those of `count` earlier ones.
  case merge(ReductionStates<T>, count: Int, with: ReductionStates<T>, otherCount: Int)
  /// Writes the results of the states.
  case finish(ReductionStates<T>, ReductionResults<T>)
}

extension Monoid {
  package static func run(_ step: ReductionStep<Float>) { perform(step) }
  package static func run(_ step: ReductionStep<Double>) { perform(step) }

  @inline(__always)
  static func perform<T: KernelReal>(_ step: ReductionStep<T>) {
    switch step {
    case .addColumns(let block, let states): addColumns(block, states)
    case .addAll(let block, let states):
      let x = block.elements
      var state = block.isFirst ? empty(near: One.load(x)) : read(states, 0)
      add(x, block.rows * block.columns, index: block.index, to: &state)
      write(state, states, 0)
    case .reduceRows(let block, let carried, let results):
      for row in 0..<block.rows {
        let x = block.elements + row * block.columns
        var state = block.isFirst ? empty(near: One.load(x)) : read(carried, 0)
        add(x, block.columns, index: block.index, to: &state)
        if let results { write(state, results, row) } else { write(state, carried, 0) }
      }
    case .merge(let states, let count, let others, let otherCount):
      merge(states, count, others, otherCount)
    case .finish(let states, let results): finish(states, results)
    }
  }

  @inline(__always)
  private static func addColumns<T: KernelReal>(_ block: ReductionBlock<T>, _ states: ReductionStates<T>) {
    var column = 0
    while column + 16 <= block.columns {
      addColumn(Sixteen<T>.self, column, block, states)
      column += 16
    }
    while column < block.columns {
      addColumn(One<T>.self, column, block, states)
      column += 1
    }
  }

  @inline(__always)
  private static func addColumn<V: RealVector>(
    _ type: V.Type, _ column: Int, _ block: ReductionBlock<V.Number>, _ states: ReductionStates<V.Number>
  ) {
    let x = block.elements + column
    var state = block.isFirst ? empty(near: V.load(x)) : read(states, column)
    var added = empty(near: state.reference)
    if looksFirst {
      added.reference = state.reference
      for row in 0..<block.rows { look(at: V.load(x + row * block.columns), &added) }
      rebase(&state, to: added.reference)
    }
    for row in 0..<block.rows {
      let index = V(repeating: V.Number(block.index + row))
      add(V.load(x + row * block.columns), at: index, to: &added)
    }
    join(&state, added)
    write(state, states, column)
  }

  // Adds a run of elements to one state: sixteen lanes at a time, which are then joined in order, and the
  // remaining elements. Vectors alternate between two states, as an addition waits for the one before it.
  @inline(__always)
  private static func add<T: KernelReal>(
    _ x: UnsafePointer<T>, _ count: Int, index: Int, to state: inout ReductionState<One<T>>
  ) {
    let whole = count & ~15
    var added = empty(near: state.reference)
    if looksFirst {
      added.reference = largestReference(x, count, state)
      rebase(&state, to: added.reference)
    }
    if whole > 0 {
      var lanes = empty(near: Sixteen(repeating: state.reference.value))
      if looksFirst { lanes.reference = Sixteen(repeating: added.reference.value) }
      var others = lanes
      var indices = Sixteen<T>.counting(from: T(index))
      let step = Sixteen<T>(repeating: 16)
      var i = 0
      while i + 32 <= whole {
        add(Sixteen.load(x + i), at: indices, to: &lanes)
        add(Sixteen.load(x + i + 16), at: indices + step, to: &others)
        indices = indices + (step + step)
        i += 32
      }
      if i < whole { add(Sixteen.load(x + i), at: indices, to: &lanes) }
      join(&lanes, others)
      if keepsReference {
        joinInMemory(lanes, to: &added)
      } else {
        for lane in 0..<16 { join(&added, lanes[lane]) }
      }
    }
    for i in whole..<count {
      add(One.load(x + i), at: One(repeating: T(index + i)), to: &added)
    }
    join(&state, added)
  }

  // For states with a reference, the compiler would separate the lanes in the loop that comes before.
  @inline(__always)
  private static func joinInMemory<T: KernelReal>(
    _ lanes: ReductionState<Sixteen<T>>, to state: inout ReductionState<One<T>>
  ) {
    withUnsafeTemporaryAllocation(of: T.self, capacity: 16 * 3) { room in
      guard let pointer = room.baseAddress else { return }
      let states = ReductionStates(pointer: pointer, count: 16, stride: 16)
      write(lanes, states, 0)
      join(&state, joined(states))
    }
  }

  // Returns sixteen states, which have the same reference, joined pairwise, by halves.
  @inline(never)
  private static func joined<T: KernelReal>(_ states: ReductionStates<T>) -> ReductionState<One<T>> {
    var lanes: ReductionState<Sixteen<T>> = read(states, 0)
    join(&lanes, lanes.moved { $0.upperHalf })
    join(&lanes, lanes.moved { $0.secondFour })
    join(&lanes, lanes.moved { $0.secondTwo })
    var state = lanes[0]
    join(&state, lanes[1])
    return state
  }

  @inline(__always)
  private static func largestReference<T: KernelReal>(
    _ x: UnsafePointer<T>, _ count: Int, _ state: ReductionState<One<T>>
  ) -> One<T> {
    let whole = count & ~15
    var seen = state
    if whole > 0 {
      var lanes = ReductionState(reference: Sixteen<T>(repeating: state.reference.value))
      var i = 0
      while i < whole {
        look(at: Sixteen.load(x + i), &lanes)
        i += 16
      }
      for lane in 0..<16 { look(at: lanes[lane].reference, &seen) }
    }
    for i in whole..<count { look(at: One.load(x + i), &seen) }
    return seen.reference
  }

  @inline(__always)
  private static func merge<T: KernelReal>(
    _ states: ReductionStates<T>, _ count: Int, _ others: ReductionStates<T>, _ otherCount: Int
  ) {
    func merge<V: RealVector>(_ type: V.Type, _ column: Int) where V.Number == T {
      var state: ReductionState<V> = read(states, column)
      self.merge(
        &state, count: V(repeating: T(count)), with: read(others, column),
        count: V(repeating: T(otherCount)))
      write(state, states, column)
    }
    var column = 0
    while column + 16 <= states.count {
      merge(Sixteen<T>.self, column)
      column += 16
    }
    while column < states.count {
      merge(One<T>.self, column)
      column += 1
    }
  }

  @inline(__always)
  private static func finish<T: KernelReal>(_ states: ReductionStates<T>, _ results: ReductionResults<T>) {
    var column = 0
    while column + 16 <= states.count {
      let state: ReductionState<Sixteen<T>> = read(states, column)
      write(state, results, column)
      column += 16
    }
    while column < states.count {
      let state: ReductionState<One<T>> = read(states, column)
      write(state, results, column)
      column += 1
    }
  }
}

// Loads and stores of states and results.
extension Monoid {
  @inline(__always)
  private static func read<V: RealVector>(
    _ states: ReductionStates<V.Number>, _ column: Int
  ) -> ReductionState<V> {
    var state = ReductionState<V>()
    var next = states.pointer + column
    if keepsReference {
      state.reference = V.load(next)
      next += states.stride
    }
    if sums > 0 { state.first = V.load(next) }
    if sums > 1 { state.second = V.load(next + states.stride) }
    return state
  }

  @inline(__always)
  private static func write<V: RealVector>(
    _ state: ReductionState<V>, _ states: ReductionStates<V.Number>, _ column: Int
  ) {
    var next = states.pointer + column
    if keepsReference {
      state.reference.store(next)
      next += states.stride
    }
    if sums > 0 { state.first.store(next) }
    if sums > 1 { state.second.store(next + states.stride) }
  }

  @inline(__always)
  private static func write<V: RealVector>(
    _ state: ReductionState<V>, _ results: ReductionResults<V.Number>, _ column: Int
  ) {
    let (value, second) = result(state, count: V(repeating: V.Number(results.elements)))
    value.store(results.pointer + column)
    if let second { second.store(results.pointer + results.stride + column) }
  }
}

extension ReductionState {
  /// Returns the states of lanes moved by a shuffle.
  @inline(__always)
  fileprivate func moved<T>(_ shuffle: (Lanes<T>) -> Lanes<T>) -> ReductionState where V == Sixteen<T> {
    var state = ReductionState(reference: Sixteen(shuffle(reference.lanes)))
    state.first = Sixteen(shuffle(first.lanes))
    state.second = Sixteen(shuffle(second.lanes))
    return state
  }

  /// The state of one lane.
  @inline(__always)
  subscript<T>(lane: Int) -> ReductionState<One<T>> where V == Sixteen<T> {
    var state = ReductionState<One<T>>(reference: One(repeating: reference.lanes[lane]))
    state.first = One(repeating: first.lanes[lane])
    state.second = One(repeating: second.lanes[lane])
    return state
  }
}
