import Foundation

extension Program {
  /// Runs `count` times and returns the schedule with the median time of each call, in seconds. Inputs that
  /// are not set are zeros.
  ///
  /// - Parameter count: The number of runs.
  public func timedRuns(_ count: Int) -> ScheduleReport {
    var seconds = [[Double]](repeating: [], count: kernels.count)
    for _ in 0..<max(1, count) {
      for (index, kernel) in kernels.enumerated() {
        let start = DispatchTime.now().uptimeNanoseconds
        workers.run(kernel)
        seconds[index].append(Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9)
      }
    }
    return ScheduleReport(compilation, seconds: seconds.map { $0.sorted()[$0.count / 2] })
  }
}
