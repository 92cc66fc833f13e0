import Distributed
import Foundation

/// The ranks of a run in groups of as many, each of consecutive ranks.
///
/// The first rank of each group leads it: it trains with its group as the first of all ranks does with all.
struct RankGroups {
  /// The number of groups.
  let count: Int
  /// The ranks of this process's group; nil for a process by itself.
  let own: Ranks?
  /// The number of ranks in each group.
  let size: Int

  /// The leaders of the groups, the first of which is the first rank.
  var leaders: [Int] { (0..<count).map { $0 * size } }
}

extension Ranks {
  /// Returns the ranks in groups; all ranks come to this at the same time.
  func groups(_ count: Int) -> RankGroups {
    let size = self.count / count
    _ = mailbox
    if size > 1, groups[count] == nil {
      let first = rank / size * size
      groups[count] = Ranks(split(into: rank / size), numbers: first..<first + size, of: self)
    }
    return RankGroups(count: count, own: groups[count], size: size)
  }

  /// Sends a message to a rank.
  func send(_ message: GroupMessage, _ values: [Float] = [], to rank: Int) throws {
    let header = [UInt8](try JSONEncoder().encode(message))
    waiting { () throws(RankFailure) in try mailbox.send(header, values, to: rank) }
  }

  /// Returns the next message, if it has arrived.
  func poll() throws -> GroupMessage.Received? {
    try waiting { () throws(RankFailure) in try mailbox.poll() }.map(GroupMessage.Received.init)
  }

  /// Waits for the next message.
  func nextMessage() throws -> GroupMessage.Received {
    try GroupMessage.Received(waiting { () throws(RankFailure) in try mailbox.next() })
  }

  /// Waits until everything that was sent has been read.
  func finishSending() { waiting { () throws(RankFailure) in try mailbox.flush() } }
}
