import Distributed

/// Sums in groups of ranks, concurrently with sums over all ranks.
struct GroupChecks {
  private let ranks: Communicator

  init(_ communicator: Communicator) { ranks = communicator }

  func run() throws {
    let number = ranks.rank % 2
    let members = (0..<ranks.count).filter { $0 % 2 == number }
    var whole = TestValues.floats(5000, by: ranks.rank)
    var part = whole
    let group = try ranks.split(into: number)
    check(
      group.count == members.count && group.rank == ranks.rank / 2, "rank \(group.rank) of \(group.count)")
    check(group.hosts == members.map { ranks.hosts[$0] }, "hosts of a group")
    try whole.withUnsafeMutableBufferPointer { whole in
      try part.withUnsafeMutableBufferPointer { part in
        // Different communicators may be used in different orders.
        var pending: [Pending] = []
        if number == 0 { pending.append(group.orderedSum(part)) }
        pending.append(ranks.orderedSum(whole))
        if number == 1 { pending.append(group.orderedSum(part)) }
        for one in pending { try one.wait() }
      }
    }
    let all = TestValues.tree((0..<ranks.count).map { TestValues.floats(5000, by: $0) })
    let ours = TestValues.tree(members.map { TestValues.floats(5000, by: $0) })
    check(whole.map(\.bitPattern) == all.map(\.bitPattern), "the sum of all")
    check(part.map(\.bitPattern) == ours.map(\.bitPattern), "the sum of a group")
    let single = try ranks.split(into: ranks.rank)
    try single.barrier().wait()
    check(try single.gather([7]) == [[7]], "a group of one")
  }
}
