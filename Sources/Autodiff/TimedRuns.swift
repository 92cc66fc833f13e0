extension Program {
  /// Runs `count` times and returns the schedule with the median time of each call, in seconds. Inputs that
  /// are not set are zeros.
  ///
  /// - Parameter count: The number of runs.
  public func timedRuns(_ count: Int) -> ScheduleReport { timedRuns(count) { MonotonicClock.seconds } }

  /// Runs `count` times and returns the schedule with the median time of each call on a clock.
  ///
  /// - Parameter clock: Returns the seconds since some moment, or the processor time of the one thread that
  ///   computes, which other work on the machine hardly changes.
  package func timedRuns(_ count: Int, clock: () -> Double) -> ScheduleReport {
    var seconds = [[Double]](repeating: [], count: kernels.count)
    for _ in 0..<max(1, count) {
      for (index, kernel) in kernels.enumerated() {
        let start = clock()
        workers.run(kernel)
        seconds[index].append(clock() - start)
      }
    }
    return ScheduleReport(compilation, seconds: seconds.map { $0.sorted()[$0.count / 2] })
  }
}
