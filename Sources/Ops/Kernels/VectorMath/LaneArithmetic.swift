import OpenBLAS

/// The arithmetic of sixteen numbers, an instruction or a few each, which operators of `Lanes` call.
package protocol LaneArithmetic: Real {
  static func sum(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self>
  static func difference(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self>
  static func product(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self>
  static func quotient(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self>
  static func negative(_ a: Lanes<Self>) -> Lanes<Self>
  static func squareRoot(_ a: Lanes<Self>) -> Lanes<Self>
  /// a + b c, rounded once
  static func addingProduct(_ a: Lanes<Self>, _ b: Lanes<Self>, _ c: Lanes<Self>) -> Lanes<Self>
  /// a < b ? c : d
  static func whereLess(_ a: Lanes<Self>, _ b: Lanes<Self>, _ c: Lanes<Self>, _ d: Lanes<Self>) -> Lanes<Self>
  /// a <= b ? c : d
  static func whereLessOrEqual(
    _ a: Lanes<Self>, _ b: Lanes<Self>, _ c: Lanes<Self>, _ d: Lanes<Self>
  ) -> Lanes<Self>
  /// a == b ? c : d
  static func whereEqual(
    _ a: Lanes<Self>, _ b: Lanes<Self>, _ c: Lanes<Self>, _ d: Lanes<Self>
  ) -> Lanes<Self>
}

extension LaneArithmetic {
  /// a < b ? b : a
  @inline(__always)
  static func larger(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self> { whereLess(a, b, b, a) }
  /// b < a ? b : a
  @inline(__always)
  static func smaller(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self> { whereLess(b, a, b, a) }
  /// The lanewise maximum; NaN where either is NaN.
  @inline(__always)
  static func largest(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self> { whereEqual(b, b, larger(a, b), b) }
  /// The maximum; NaN if either is NaN.
  @inline(__always)
  static func largest(_ a: Self, _ b: Self) -> Self { a < b || b != b ? b : a }
  /// mask != 0 ? a : b
  @inline(__always)
  static func choose(_ mask: Lanes<Self>, _ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self> {
    whereEqual(mask, Lanes(), b, a)
  }
  /// a > 0 ? b : 0
  @inline(__always)
  static func passPositive(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self> {
    whereLess(Lanes(), a, b, Lanes())
  }
  /// a < b ? 1 : 0
  @inline(__always)
  static func isLess(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self> {
    whereLess(a, b, Lanes(repeating: 1), Lanes())
  }
  /// a <= b ? 1 : 0
  @inline(__always)
  static func isLessOrEqual(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self> {
    whereLessOrEqual(a, b, Lanes(repeating: 1), Lanes())
  }
  /// a == b ? 1 : 0
  @inline(__always)
  static func isEqual(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self> {
    whereEqual(a, b, Lanes(repeating: 1), Lanes())
  }
}

// Swift's own operators are written lane by lane.
extension SIMD16 where Scalar: LaneArithmetic {
  @inline(__always)
  static func + (a: SIMD16, b: SIMD16) -> SIMD16 { Scalar.sum(a, b) }
  @inline(__always)
  static func - (a: SIMD16, b: SIMD16) -> SIMD16 { Scalar.difference(a, b) }
  @inline(__always)
  static func * (a: SIMD16, b: SIMD16) -> SIMD16 { Scalar.product(a, b) }
  @inline(__always)
  static func / (a: SIMD16, b: SIMD16) -> SIMD16 { Scalar.quotient(a, b) }
  @inline(__always)
  static prefix func - (a: SIMD16) -> SIMD16 { Scalar.negative(a) }

  @inline(__always)
  static func + (a: SIMD16, b: Scalar) -> SIMD16 { a + SIMD16(repeating: b) }
  @inline(__always)
  static func - (a: SIMD16, b: Scalar) -> SIMD16 { a - SIMD16(repeating: b) }
  @inline(__always)
  static func * (a: SIMD16, b: Scalar) -> SIMD16 { a * SIMD16(repeating: b) }
  @inline(__always)
  static func + (a: Scalar, b: SIMD16) -> SIMD16 { SIMD16(repeating: a) + b }
  @inline(__always)
  static func - (a: Scalar, b: SIMD16) -> SIMD16 { SIMD16(repeating: a) - b }
  @inline(__always)
  static func * (a: Scalar, b: SIMD16) -> SIMD16 { SIMD16(repeating: a) * b }
  @inline(__always)
  static func / (a: Scalar, b: SIMD16) -> SIMD16 { SIMD16(repeating: a) / b }

  @inline(__always)
  static func += (a: inout SIMD16, b: SIMD16) { a = a + b }

  @inline(__always)
  func squareRoot() -> SIMD16 { Scalar.squareRoot(self) }
  @inline(__always)
  func addingProduct(_ a: SIMD16, _ b: SIMD16) -> SIMD16 { Scalar.addingProduct(self, a, b) }
  @inline(__always)
  func addingProduct(_ a: Scalar, _ b: SIMD16) -> SIMD16 { addingProduct(SIMD16(repeating: a), b) }
  @inline(__always)
  mutating func addProduct(_ a: SIMD16, _ b: SIMD16) { self = addingProduct(a, b) }
}

extension Float: LaneArithmetic {
  @inline(__always)
  package static func sum(_ a: Lanes<Float>, _ b: Lanes<Float>) -> Lanes<Float> {
    loupe_sum_floats(a, b)
  }
  @inline(__always)
  package static func difference(_ a: Lanes<Float>, _ b: Lanes<Float>) -> Lanes<Float> {
    loupe_difference_floats(a, b)
  }
  @inline(__always)
  package static func product(_ a: Lanes<Float>, _ b: Lanes<Float>) -> Lanes<Float> {
    loupe_product_floats(a, b)
  }
  @inline(__always)
  package static func quotient(_ a: Lanes<Float>, _ b: Lanes<Float>) -> Lanes<Float> {
    loupe_quotient_floats(a, b)
  }
  @inline(__always)
  package static func negative(_ a: Lanes<Float>) -> Lanes<Float> {
    loupe_negative_floats(a)
  }
  @inline(__always)
  package static func squareRoot(_ a: Lanes<Float>) -> Lanes<Float> {
    loupe_square_root_floats(a)
  }
  @inline(__always)
  package static func addingProduct(_ a: Lanes<Float>, _ b: Lanes<Float>, _ c: Lanes<Float>) -> Lanes<Float> {
    loupe_adding_product_floats(a, b, c)
  }
  @inline(__always)
  package static func whereLess(_ a: Lanes<Float>, _ b: Lanes<Float>, _ c: Lanes<Float>, _ d: Lanes<Float>)
    -> Lanes<Float>
  {
    loupe_where_less_floats(a, b, c, d)
  }
  @inline(__always)
  package static func whereLessOrEqual(
    _ a: Lanes<Float>, _ b: Lanes<Float>, _ c: Lanes<Float>, _ d: Lanes<Float>
  ) -> Lanes<Float> {
    loupe_where_less_or_equal_floats(a, b, c, d)
  }
  @inline(__always)
  package static func whereEqual(_ a: Lanes<Float>, _ b: Lanes<Float>, _ c: Lanes<Float>, _ d: Lanes<Float>)
    -> Lanes<Float>
  {
    loupe_where_equal_floats(a, b, c, d)
  }
}

extension Double: LaneArithmetic {
  @inline(__always)
  package static func sum(_ a: Lanes<Double>, _ b: Lanes<Double>) -> Lanes<Double> {
    loupe_sum_doubles(a, b)
  }
  @inline(__always)
  package static func difference(_ a: Lanes<Double>, _ b: Lanes<Double>) -> Lanes<Double> {
    loupe_difference_doubles(a, b)
  }
  @inline(__always)
  package static func product(_ a: Lanes<Double>, _ b: Lanes<Double>) -> Lanes<Double> {
    loupe_product_doubles(a, b)
  }
  @inline(__always)
  package static func quotient(_ a: Lanes<Double>, _ b: Lanes<Double>) -> Lanes<Double> {
    loupe_quotient_doubles(a, b)
  }
  @inline(__always)
  package static func negative(_ a: Lanes<Double>) -> Lanes<Double> {
    loupe_negative_doubles(a)
  }
  @inline(__always)
  package static func squareRoot(_ a: Lanes<Double>) -> Lanes<Double> {
    loupe_square_root_doubles(a)
  }
  @inline(__always)
  package static func addingProduct(
    _ a: Lanes<Double>, _ b: Lanes<Double>, _ c: Lanes<Double>
  ) -> Lanes<Double> {
    loupe_adding_product_doubles(a, b, c)
  }
  @inline(__always)
  package static func whereLess(
    _ a: Lanes<Double>, _ b: Lanes<Double>, _ c: Lanes<Double>, _ d: Lanes<Double>
  ) -> Lanes<Double> {
    loupe_where_less_doubles(a, b, c, d)
  }
  @inline(__always)
  package static func whereLessOrEqual(
    _ a: Lanes<Double>, _ b: Lanes<Double>, _ c: Lanes<Double>, _ d: Lanes<Double>
  ) -> Lanes<Double> {
    loupe_where_less_or_equal_doubles(a, b, c, d)
  }
  @inline(__always)
  package static func whereEqual(
    _ a: Lanes<Double>, _ b: Lanes<Double>, _ c: Lanes<Double>, _ d: Lanes<Double>
  ) -> Lanes<Double> {
    loupe_where_equal_doubles(a, b, c, d)
  }
}
