import Foundation
import OpenBLAS

/// Reference work that is independent of Loupe's code, run alternately with the timed work: a machine that
/// slows down slows both.
enum Yardstick {
  /// One `cblas_sgemm` of 512 x 512 matrices, scaled to the given number of multiply-adds.
  case product(multiplyAdds: Int)
  /// A copy that reads and writes this many bytes in total.
  case copy(bytes: Int)

  private static let extent = 512

  /// Returns a function that returns the seconds of the reference work.
  func timer() -> () -> Double {
    switch self {
    case .product(let multiplyAdds):
      let (n, count) = (Int32(Yardstick.extent), Yardstick.extent * Yardstick.extent)
      let (a, b) = ([Float](repeating: 1, count: count), [Float](repeating: 1, count: count))
      var c = a
      let share = Double(multiplyAdds) / Double(count * Yardstick.extent)
      return {
        share
          * StepBenchmark.seconds {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, &c, n)
          }
      }
    case .copy(let bytes):
      let source = [UInt8](repeating: 1, count: max(1, bytes / 2))
      var target = source
      return {
        StepBenchmark.seconds {
          source.withUnsafeBytes { source in target.withUnsafeMutableBytes { $0.copyMemory(from: source) } }
        }
      }
    }
  }

  /// Returns the throughput for the given time, in words.
  func rate(_ seconds: Double) -> String {
    switch self {
    case .product(let multiplyAdds): String(format: "%6.1f GFLOP/s", 2e-9 * Double(multiplyAdds) / seconds)
    case .copy(let bytes): String(format: "%6.1f GB/s   ", 1e-9 * Double(bytes) / seconds)
    }
  }
}
