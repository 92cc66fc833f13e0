import Foundation
import Testing

@testable import Ops

@Suite struct VectorExpTests {
  /// Some of all numbers there are, by their bits: against the library's in double precision.
  @Test func isWithinAUnitInTheLastPlace() {
    var worst = 0.0
    for first in stride(from: UInt32(0), through: UInt32.max - 16 * 997, by: 16 * 997) {
      var x = SIMD16<Float>()
      for lane in 0..<16 { x[lane] = Float(bitPattern: first + UInt32(lane * 997)) }
      let found = vectorExp(x)
      for lane in 0..<16 where !x[lane].isNaN {
        let expected = exp(Double(x[lane]))
        if expected > Double(Float.greatestFiniteMagnitude) {
          if found[lane] != .infinity && expected > 3.40282357e38 { worst = .infinity }
          continue
        }
        let unit = Double(max(Float(expected), .leastNormalMagnitude).ulp)
        worst = max(worst, Swift.abs(Double(found[lane]) - expected) / unit)
      }
    }
    #expect(worst < 1.1, "\(worst) units")
  }

  @Test func keepsWhatIsNotANumber() {
    var x = SIMD16<Float>(repeating: .nan)
    x[3] = -.infinity
    x[4] = .infinity
    x[5] = 0
    let y = vectorExp(x)
    #expect(y[0].isNaN && y[3] == 0 && y[4] == .infinity && y[5] == 1)
  }
}
