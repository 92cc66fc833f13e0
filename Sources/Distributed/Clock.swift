import Dispatch

/// A clock that is not set.
enum Clock {
  /// The seconds since some moment.
  static var seconds: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
