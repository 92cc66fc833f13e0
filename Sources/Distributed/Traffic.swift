/// What a rank's collectives have moved, and what they have cost.
package struct Traffic: Equatable, Sendable {
  /// The bytes that this rank has sent to others. A transfer to several counts for each of them, a sum as
  /// that of a ring.
  package internal(set) var bytesSent = 0
  /// The seconds that callers have waited.
  package internal(set) var secondsWaited = 0.0
  /// The seconds in which at least one collective was in flight.
  package internal(set) var secondsInFlight = 0.0

  package init() {}
}
