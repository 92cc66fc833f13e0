import Distributed

/// Messages of several sizes to rank 0, which adds with all at the same time, and its answers.
struct MessageChecks {
  private let ranks: Communicator
  private let mailbox: Mailbox
  private static let sizes = [0, 1, 3000, 100_000]

  init(_ communicator: Communicator) throws {
    ranks = communicator
    mailbox = Mailbox(try communicator.split(into: 0))
  }

  func run() throws {
    if ranks.rank == 0 { try answer() } else { try ask() }
    try mailbox.flush()
    check(try ranks.gather([UInt8(ranks.rank)]).count == ranks.count, "a gather after messages")
  }

  private func ask() throws {
    for (place, size) in MessageChecks.sizes.enumerated() {
      try mailbox.send(
        TestValues.bytes(size, by: ranks.rank), TestValues.floats(size, by: ranks.rank + place), to: 0)
      try add()
      check(try mailbox.poll().map { $0.header == [9] } ?? true, "an answer before its time")
    }
    let answer = try mailbox.next()
    check(answer.sender == 0 && answer.header == [9] && answer.values == [1, 2], "\(answer)")
  }

  private func answer() throws {
    var heard = [Int](repeating: 0, count: ranks.count)
    func hear(_ message: Mailbox.Message) {
      let place = heard[message.sender]
      let size = MessageChecks.sizes[place]
      check(message.header == TestValues.bytes(size, by: message.sender), "header \(place)")
      check(
        message.values.map(\.bitPattern)
          == TestValues.floats(size, by: message.sender + place).map(\.bitPattern), "values \(place)")
      heard[message.sender] += 1
    }
    var isWaiting: Bool { heard.dropFirst().contains { $0 < MessageChecks.sizes.count } }
    // A rank adds again when its message has been read.
    for _ in MessageChecks.sizes {
      try add { while isWaiting, let message = try mailbox.poll() { hear(message) } }
    }
    while isWaiting { hear(try mailbox.next()) }
    for rank in 1..<ranks.count { try mailbox.send([9], [1, 2], to: rank) }
  }

  /// Adds with all ranks, and does something until the sum is there.
  private func add(meanwhile: () throws -> Void = {}) throws {
    var values = [Float](repeating: 1, count: 1000)
    let count = Float(ranks.count)
    try values.withUnsafeMutableBufferPointer { values in
      let pending = ranks.orderedSum(values)
      while !pending.isComplete { try meanwhile() }
      try pending.wait()
    }
    check(values.allSatisfy { $0 == count }, "a sum among messages")
  }
}
