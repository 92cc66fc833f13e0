/// The computing times and the traffic of a run's ranks in the steps of an epoch.
public struct ExchangeRecord: Sendable, Equatable {
  /// The stage's title.
  public let stage: String
  /// The epoch, from 1.
  public let epoch: Int
  /// The seconds in which each rank computed, without those in which it waited for others.
  public let computing: [Double]
  /// The bytes that the first rank has sent.
  public let bytes: Int
  /// The seconds in which something was in flight at the first rank.
  public let inFlight: Double
  /// The seconds of these in which it waited.
  public let waiting: Double

  /// The rank that takes much longer than the others for its parts, and how many times as long; nil if none
  /// does.
  public var slowest: (rank: Int, times: Double)? {
    guard let most = computing.indices.max(by: { computing[$0] < computing[$1] }) else { return nil }
    let others = computing.enumerated().filter { $0.offset != most }.map(\.element).sorted()
    guard !others.isEmpty, others[others.count / 2] > 0 else { return nil }
    let times = computing[most] / others[others.count / 2]
    return times > ExchangeRecord.muchLonger ? (most, times) : nil
  }

  // More than processors of one kind usually differ by.
  private static let muchLonger = 1.3

  /// The line of a log.
  var line: String {
    let seconds = computing.map { String(format: "%.1f", $0) }.joined(separator: ", ")
    return "\(stage)  ranks  computed for \(seconds) s  "
      + String(
        format: "the first sent %.1f MiB, with %.1f s in flight, and waited for %.1f s",
        Double(bytes) / 0x1p20, inFlight, waiting)
  }
}
