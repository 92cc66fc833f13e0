/// The functions of sixteen numbers that kernels are made of: polynomials in single precision, and in double
/// precision, which is for checks, the library's functions lane by lane.
package protocol VectorMath: LaneArithmetic {
  /// Returns e to the power of each number.
  static func exp(_ x: Lanes<Self>) -> Lanes<Self>
  /// Returns the natural logarithm of each number.
  static func log(_ x: Lanes<Self>) -> Lanes<Self>
  /// Returns the hyperbolic tangent of each number.
  static func tanh(_ x: Lanes<Self>) -> Lanes<Self>
  /// Returns the error function of each number.
  static func erf(_ x: Lanes<Self>) -> Lanes<Self>
  /// Returns 1 / (1 + e^-x) of each number.
  static func sigmoid(_ x: Lanes<Self>) -> Lanes<Self>
  /// Returns each number times the standard normal distribution function at it.
  static func gelu(_ x: Lanes<Self>) -> Lanes<Self>
  /// Returns the derivative of ``gelu(_:)`` at each number.
  static func geluSlope(_ x: Lanes<Self>) -> Lanes<Self>
}

extension Float: VectorMath {
  @inline(__always)
  package static func exp(_ x: Lanes<Float>) -> Lanes<Float> { vectorExp(x) }
  @inline(__always)
  package static func log(_ x: Lanes<Float>) -> Lanes<Float> { vectorLog(x) }
  @inline(__always)
  package static func tanh(_ x: Lanes<Float>) -> Lanes<Float> { vectorTanh(x) }
  @inline(__always)
  package static func erf(_ x: Lanes<Float>) -> Lanes<Float> { vectorErf(x) }
  @inline(__always)
  package static func sigmoid(_ x: Lanes<Float>) -> Lanes<Float> { vectorSigmoid(x) }
  @inline(__always)
  package static func gelu(_ x: Lanes<Float>) -> Lanes<Float> { vectorGELU(x) }
  @inline(__always)
  package static func geluSlope(_ x: Lanes<Float>) -> Lanes<Float> { vectorGELUSlope(x) }
}

extension Double: VectorMath {
  package static func exp(_ x: Lanes<Double>) -> Lanes<Double> { eachLane(x, exp) }
  package static func log(_ x: Lanes<Double>) -> Lanes<Double> { eachLane(x, log) }
  package static func tanh(_ x: Lanes<Double>) -> Lanes<Double> { eachLane(x, tanh) }
  package static func erf(_ x: Lanes<Double>) -> Lanes<Double> { eachLane(x, erf) }
  package static func sigmoid(_ x: Lanes<Double>) -> Lanes<Double> { eachLane(x, Sigmoid.value) }
  package static func gelu(_ x: Lanes<Double>) -> Lanes<Double> { eachLane(x, Gelu.value) }
  package static func geluSlope(_ x: Lanes<Double>) -> Lanes<Double> { eachLane(x, GeluSlope.value) }
}
