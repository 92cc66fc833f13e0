import Dispatch

/// A monotonic clock.
enum Clock {
  /// The seconds since an arbitrary moment.
  static var seconds: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
