extension CallSchedule {
  /// Returns the calls in an order in which each variable is updated as soon as its gradient is known and its
  /// old value is no longer read, instead of after the backward pass: the next gradient has its memory.
  func updatingEarly(_ graph: Graph) -> CallSchedule {
    let updates = updates(of: graph)
    if updates.isEmpty { return self }
    let isUpdate = callsOfUpdates(Set(updates.flatMap { [$0.value, $0.variable] }))
    let variables = Dictionary(
      updates.map { ($0.value, $0.variable) }, uniquingKeysWith: { first, _ in first })
    // The position that each call takes, or follows if it is of an update.
    var positions: [Int] = []
    var lastWrite: [Int: Int] = [:]
    var lastRead: [Int: Int] = [:]
    for (index, call) in calls.enumerated() {
      let (reads, writes) = (call.plan.reads.map(\.buffer), call.plan.writes.map(\.buffer))
      var position = index
      if isUpdate[index] {
        let written = (reads + writes).compactMap { lastWrite[$0] }
        let read = (writes + writes.compactMap { variables[$0] }).compactMap { lastRead[$0] }
        position = (written + read).max() ?? -1
      }
      positions.append(position)
      for buffer in writes { lastWrite[buffer] = max(position, lastWrite[buffer] ?? position) }
      for buffer in reads { lastRead[buffer] = max(position, lastRead[buffer] ?? position) }
    }
    var schedule = self
    schedule.calls = calls.indices.sorted { (positions[$0], $0) < (positions[$1], $1) }.map { calls[$0] }
    return schedule
  }

  // Returns for each call whether all that it writes is new values of variables, and scalars that only such
  // calls read, as the norms of LARS are.
  private func callsOfUpdates(_ updated: Set<Int>) -> [Bool] {
    var isUpdate = [Bool](repeating: false, count: calls.count)
    var readElsewhere: Set<Int> = []
    for (index, call) in calls.enumerated().reversed() {
      isUpdate[index] = call.plan.writes.map(\.buffer).allSatisfy { buffer in
        updated.contains(buffer) || (buffers[buffer]?.count == 1 && !readElsewhere.contains(buffer))
      }
      if !isUpdate[index] { readElsewhere.formUnion(call.plan.reads.map(\.buffer)) }
    }
    return isUpdate
  }
}
