/// The time and the traffic of a rank's steps.
struct RankWork: Codable, Equatable {
  /// The seconds in which it computed.
  var computing = 0.0
  /// The bytes that it sent.
  var bytes = 0
  /// The seconds in which something was in flight.
  var inFlight = 0.0
  /// The seconds in which it waited.
  var waiting = 0.0
}
