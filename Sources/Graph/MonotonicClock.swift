import Dispatch

/// A clock that is never set back, to measure durations with.
package enum MonotonicClock {
  /// The seconds since an arbitrary moment.
  package static var seconds: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
