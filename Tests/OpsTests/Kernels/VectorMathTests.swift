import Foundation
import OpenBLAS
import TestSupport
import Testing

@testable import Ops

/// The functions of vectors against the library's in double precision.
@Suite struct VectorMathTests {
  @Test func exponential() {
    let worst = VectorErrors.worstUnits({ vectorExp($0) }, { Foundation.exp($0) })
    #expect(worst.units < 1.1, "\(worst)")
  }

  @Test func logarithm() {
    let worst = VectorErrors.worstUnits({ vectorLog($0) }, { Foundation.log($0) })
    #expect(worst.units < 0.9, "\(worst)")
  }

  @Test func hyperbolicTangent() {
    let worst = VectorErrors.worstUnits({ vectorTanh($0) }, { Foundation.tanh($0) })
    #expect(worst.units < 2.4, "\(worst)")
  }

  /// At every 1009th of all numbers, by their bits.
  @Test func exponentsAndMantissasAreThoseOfTheStandardLibrary() {
    for bits in stride(from: 0, through: UInt32.max - 1009, by: 1009) {
      let x = Float(bitPattern: bits)
      let exponent = loupe_exponent(Lanes(repeating: x))[3]
      let mantissa = loupe_mantissa(Lanes(repeating: x))[3]
      let isExpected =
        if x.isNaN || x < 0 {
          mantissa.isNaN
        } else if x == 0 || x.isInfinite {
          exponent == (x == 0 ? -.infinity : .infinity) && mantissa == 1
        } else {
          exponent == Float(x.exponent) && mantissa == x.significand
        }
      if !isExpected { Issue.record("\(x): \(exponent), \(mantissa)") }
    }
  }

  /// Where the product overflows, is subnormal, and is below the least subnormal number.
  @Test(arguments: [1, 1.4142135, 0.75000006, 0x1.fffffep0] as [Float])
  func scalingRoundsOnce(x: Float) {
    for n in -254...254 {
      let exact = Double(x) * Double(sign: .plus, exponent: n, significand: 1)
      #expect(loupe_scaled(Lanes(repeating: x), Lanes(repeating: Float(n)))[5] == Float(exact), "\(n)")
    }
  }

  @Test func errorFunction() {
    let worst = VectorErrors.worstUnits({ vectorErf($0) }, { Foundation.erf($0) })
    #expect(worst.units < 1.1, "\(worst)")
  }

  @Test func logisticFunction() {
    let worst = VectorErrors.worstUnits({ vectorSigmoid($0) }, { 1 / (1 + Foundation.exp(-$0)) })
    #expect(worst.units < 2.5, "\(worst)")
  }

  @Test func gaussianErrorLinearUnit() {
    func exact(_ x: Double) -> Double {
      x < -40 ? 0 : x * 0.5 * Foundation.erfc(-x * 0.5.squareRoot())
    }
    let worst = VectorErrors.worstError({ vectorGELU($0) }, exact)
    #expect(worst.error < 1.4e-7, "\(worst)")
  }

  @Test func slopeOfTheGaussianErrorLinearUnit() {
    let worst = VectorErrors.worstError(
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
