import Foundation

/// The number types of kernels: `Float` for training, `Double` for checks.
public protocol Real: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// The corresponding element type of graphs.
  static var element: ElementType { get }

  /// Returns e to the power of `x`.
  ///
  /// - Parameter x: The number.
  static func exp(_ x: Self) -> Self
  /// Returns the natural logarithm.
  ///
  /// - Parameter x: The number.
  static func log(_ x: Self) -> Self
  /// Returns the hyperbolic tangent.
  ///
  /// - Parameter x: The number.
  static func tanh(_ x: Self) -> Self
  /// Returns the error function.
  ///
  /// - Parameter x: The number.
  static func erf(_ x: Self) -> Self
  /// Returns `x` to the power of `exponent`.
  ///
  /// - Parameters:
  ///   - x: The number.
  ///   - exponent: The exponent.
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
