import Testing
import TestSupport

/// What the other tests take for equal.
@Suite struct AgreementTests {
  @Test func bitsAreMoreThanValues() {
    #expect(hasSameBits([1, -0.0, .infinity] as [Float], [1, -0.0, .infinity]))
    #expect(!hasSameBits([0.0] as [Float], [-0.0]))
    #expect(!hasSameBits([Double.nan], [Double(nan: 1, signaling: false)]))
    #expect(hasSameBits([Double.nan], [Double.nan]))
    #expect(!hasSameBits([1, 2] as [Double], [1]) && hasSameBits([] as [Double], []))
  }

  @Test func errorsAreRelativeToTheLargest() {
    #expect(largestError([1, 2.5] as [Double], [1, 2]) == 0.25)
    #expect(largestError([.nan] as [Double], [.nan]) == 0)
    #expect(largestError([.nan] as [Double], [0]) == .infinity)
    #expect(differences([1, 2.5], [1, 2], tolerance: 0.2) == 1)
    #expect(differences([1, 2.5], [1, 2], tolerance: 0.3) == 0)
  }
}
