/// The volume and the time of a rank's collectives.
package struct Traffic: Equatable, Sendable {
  /// The bytes sent to other ranks: a gather or a broadcast counts once for each receiver, a sum as a ring
  /// all-reduce.
  package internal(set) var bytesSent = 0
  /// The seconds in which callers waited.
  package internal(set) var secondsWaited = 0.0
  /// The seconds in which at least one collective was in flight.
  package internal(set) var secondsInFlight = 0.0

  package init() {}
}
