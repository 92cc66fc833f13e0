import Foundation
import Testing

@testable import Ops

/// The functions of vectors against the library's in double precision, at some of all numbers there are, by
/// their bits.
@Suite struct VectorMathTests {
  private static let step = 101 as UInt32

  // Calls `body` with each argument and the function's result.
  private func forEachNumber(
    _ function: (Lanes<Float>) -> Lanes<Float>, _ body: (_ x: Float, _ y: Float) -> Void
  ) {
    for first in stride(from: 0, through: UInt32.max - 16 * Self.step, by: 16 * Int(Self.step)) {
      var x = Lanes<Float>()
      for lane in 0..<16 { x[lane] = Float(bitPattern: first + UInt32(lane) * Self.step) }
      let y = function(x)
      for lane in 0..<16 { body(x[lane], y[lane]) }
    }
  }

  // The largest error in units of the last place; infinite if an infinity or NaN differs.
  private func worstUnits(
    _ function: (Lanes<Float>) -> Lanes<Float>, _ exact: (Double) -> Double
  ) -> (units: Double, x: Float) {
    var worst = (units: 0.0, x: 0 as Float)
    forEachNumber(function) { x, y in
      let expected = exact(Double(x))
      let rounded = Float(expected)
      if rounded.isNaN || rounded.isInfinite || y.isNaN || y.isInfinite {
        // Where the result overflows, the last number below is as good.
        let isSame = rounded.isNaN ? y.isNaN : y == rounded || Swift.abs(expected) > 3.40282356e38
        if !isSame { worst = (.infinity, x) }
        return
      }
      let unit = Double(max(Swift.abs(rounded), .leastNormalMagnitude).ulp)
      let units = Swift.abs(Double(y) - expected) / unit
      if units > worst.units { worst = (units, x) }
    }
    return worst
  }

  private func worstError(
    _ function: (Lanes<Float>) -> Lanes<Float>, _ exact: (Double) -> Double
  ) -> (error: Double, x: Float) {
    var worst = (error: 0.0, x: 0 as Float)
    forEachNumber(function) { x, y in
      let expected = exact(Double(x))
      if !x.isFinite || Swift.abs(x) > 1e6 {
        if expected.isNaN ? !y.isNaN : y != Float(expected) { worst = (.infinity, x) }
        return
      }
      let error = Swift.abs(Double(y) - expected) / max(1, Swift.abs(expected))
      if !(error <= worst.error) { worst = (error, x) }
    }
    return worst
  }

  @Test func exponential() {
    let worst = worstUnits({ vectorExp($0) }, { Foundation.exp($0) })
    #expect(worst.units < 1.1, "\(worst)")
  }

  @Test func logarithm() {
    let worst = worstUnits({ vectorLog($0) }, { Foundation.log($0) })
    #expect(worst.units < 0.9, "\(worst)")
  }

  @Test func hyperbolicTangent() {
    let worst = worstUnits({ vectorTanh($0) }, { Foundation.tanh($0) })
    #expect(worst.units < 1.4, "\(worst)")
  }

  @Test func errorFunction() {
    let worst = worstUnits({ vectorErf($0) }, { Foundation.erf($0) })
    #expect(worst.units < 1.1, "\(worst)")
  }

  @Test func logisticFunction() {
    let worst = worstUnits({ vectorSigmoid($0) }, { 1 / (1 + Foundation.exp(-$0)) })
    #expect(worst.units < 2.5, "\(worst)")
  }

  @Test func gaussianErrorLinearUnit() {
    func exact(_ x: Double) -> Double {
      x < -40 ? 0 : x * 0.5 * Foundation.erfc(-x * 0.5.squareRoot())
    }
    let worst = worstError({ vectorGELU($0) }, exact)
    #expect(worst.error < 1.4e-7, "\(worst)")
  }

  @Test func slopeOfTheGaussianErrorLinearUnit() {
    let worst = worstError(
      { vectorGELUSlope($0) },
      { x in
        let density = Foundation.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        let bounded = min(max(x, -40), 40)
        return x.isNaN ? x : 0.5 * Foundation.erfc(-x * 0.5.squareRoot()) + bounded * density
      })
    #expect(worst.error < 2.5e-7, "\(worst)")
  }

  /// The last vector of a block, which memory does not fill.
  @Test(arguments: [1, 15, 16, 17, 40]) func everyElementOfABlockIsComputedAlike(count: Int) {
    let x = (0..<count).map { Float($0) / 7 - 2 }
    let formulas: [any ElementFormula] = [
      Exp(), Tanh(), Erf(), Sigmoid(), Gelu(), GeluSlope(), Silu(), SiluSlope(),
    ]
    for formula in formulas {
      var (whole, alone) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
      func run(_ x: UnsafePointer<Float>, _ count: Int, _ result: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: x) {
          formula.run(ElementBlock<Float>(count: count, result: result, operands: $0))
        }
      }
      x.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress else { return }
        whole.withUnsafeMutableBufferPointer { if let y = $0.baseAddress { run(x, count, y) } }
        alone.withUnsafeMutableBufferPointer {
          if let y = $0.baseAddress { for place in 0..<count { run(x + place, 1, y + place) } }
        }
      }
      #expect(whole == alone, "\(formula)")
      for (x, y) in zip(x, whole) {
        let exact = formula.element(of: [Double(x)])
        #expect(Swift.abs(Double(y) - exact) <= 3e-7 * max(1, Swift.abs(exact)), "\(formula) \(x)")
      }
    }
  }
}
