/// The part of a run to which a call belongs, in a program that is interrupted: its forward outputs are read
/// before the inputs of its other calls are known, as where a loss reads the embeddings of all chunks of a
/// batch before the gradients of one can be computed.
package enum Segment: Sendable {
  /// Calls that only the forward outputs depend on.
  case forward
  /// Calls that both the forward outputs and the backward segment depend on.
  case shared
  /// Calls that depend on inputs that are set after the interruption, and their other ancestors.
  case backward
}

extension Graph {
  /// Returns the side of the interruption on which each node has to be computed: `forward` if one of the
  /// first `count` outputs needs it, `backward` if it depends on an input that they do not need, nil if it
  /// may be on either.
  func sides(after count: Int) -> [Segment?] {
    var sides = [Segment?](repeating: nil, count: nodes.count)
    if count == 0 { return sides }
    let isForward = isNeeded(for: Array(outputs.prefix(count)))
    for (id, node) in nodes.enumerated() {
      if isForward[id] {
        sides[id] = .forward
      } else if node.input != nil || node.operands.contains(where: { sides[$0] == .backward }) {
        sides[id] = .backward
      }
    }
    return sides
  }
}

extension CallSchedule {
  /// Returns the segment of each call, with the calls in an order in which the backward segment is last.
  ///
  /// - Parameter forward: The forward outputs.
  func divided(after forward: [NodeID]) -> (schedule: CallSchedule, segments: [Segment]) {
    guard !forward.isEmpty else { return (self, calls.map { _ in .backward }) }
    let isForward = ancestors(of: Set(forward.map { places[$0].buffer }))
    let rest = calls.indices.filter { !isForward[$0] }
    let isShared = ancestors(of: Set(rest.flatMap { calls[$0].plan.reads.map(\.buffer) }))
    let first = calls.indices.filter { isForward[$0] }
    var schedule = self
    schedule.calls = (first + rest).map { calls[$0] }
    return (
      schedule, first.map { isShared[$0] ? .shared : .forward } + rest.map { _ in .backward }
    )
  }

  // Returns for each call whether one of the buffers depends on it.
  private func ancestors(of buffers: Set<Int>) -> [Bool] {
    var needed = buffers
    var isNeeded = [Bool](repeating: false, count: calls.count)
    for (index, call) in calls.enumerated().reversed()
    where call.plan.writes.contains(where: { needed.contains($0.buffer) }) {
      isNeeded[index] = true
      needed.formUnion(call.plan.reads.map(\.buffer))
    }
    return isNeeded
  }
}
