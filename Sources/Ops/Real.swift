import Foundation

/// The numbers that kernels compute with: `Float` to train, `Double` to check.
public protocol Real: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// The element type that graphs know this number by.
  static var element: ElementType { get }

  /// e to the power of `x`.
  static func exp(_ x: Self) -> Self
  /// The natural logarithm.
  static func log(_ x: Self) -> Self
  /// The hyperbolic tangent.
  static func tanh(_ x: Self) -> Self
  /// The error function.
  static func erf(_ x: Self) -> Self
  /// `x` to the power of `exponent`.
  static func pow(_ x: Self, _ exponent: Self) -> Self
}

extension Float: Real {
  public static var element: ElementType { .float32 }
  public static func exp(_ x: Float) -> Float { Foundation.exp(x) }
  public static func log(_ x: Float) -> Float { Foundation.log(x) }
  public static func tanh(_ x: Float) -> Float { Foundation.tanh(x) }
  public static func erf(_ x: Float) -> Float { Foundation.erf(x) }
  public static func pow(_ x: Float, _ exponent: Float) -> Float { Foundation.pow(x, exponent) }
}

extension Double: Real {
  public static var element: ElementType { .float64 }
  public static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  public static func log(_ x: Double) -> Double { Foundation.log(x) }
  public static func tanh(_ x: Double) -> Double { Foundation.tanh(x) }
  public static func erf(_ x: Double) -> Double { Foundation.erf(x) }
  public static func pow(_ x: Double, _ exponent: Double) -> Double { Foundation.pow(x, exponent) }
}
