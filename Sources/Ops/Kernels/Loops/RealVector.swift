/// One or several real numbers: the type that reduction formulas are generic over, for scalars and vectors.
protocol RealVector {
  /// The number type.
  associatedtype Number: Real
  /// The number of lanes.
  static var count: Int { get }

  /// Creates a vector with the same number in every lane.
  init(repeating number: Number)
  /// Loads contiguous numbers.
  static func load(_ pointer: UnsafePointer<Number>) -> Self
  /// Stores the numbers contiguously.
  func store(_ pointer: UnsafeMutablePointer<Number>)

  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  /// self + a b, rounded once
  func addingProduct(_ a: Self, _ b: Self) -> Self
  /// a < b ? b : a
  static func larger(_ a: Self, _ b: Self) -> Self
  /// The lanewise maximum; NaN where either is NaN.
  static func largest(_ a: Self, _ b: Self) -> Self
  /// a < b ? 1 : 0
  static func isLess(_ a: Self, _ b: Self) -> Self
  /// a == b ? 1 : 0
  static func isEqual(_ a: Self, _ b: Self) -> Self
  /// mask != 0 ? a : b
  static func choose(_ mask: Self, _ a: Self, _ b: Self) -> Self
  static func exp(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
}

extension RealVector {
  /// 0 in every lane.
  @inline(__always)
  static var zero: Self { Self(repeating: 0) }

  /// The lowest finite number.
  @inline(__always)
  static var lowest: Self { Self(repeating: -Number.greatestFiniteMagnitude) }
}

/// A single number.
struct One<Number: KernelReal>: RealVector {
  var value: Number

  static var count: Int { 1 }

  @inline(__always)
  init(repeating number: Number) { value = number }
  @inline(__always)
  static func load(_ pointer: UnsafePointer<Number>) -> One { One(repeating: pointer.pointee) }
  @inline(__always)
  func store(_ pointer: UnsafeMutablePointer<Number>) { pointer.pointee = value }

  @inline(__always)
  static func + (a: One, b: One) -> One { One(repeating: a.value + b.value) }
  @inline(__always)
  static func - (a: One, b: One) -> One { One(repeating: a.value - b.value) }
  @inline(__always)
  static func * (a: One, b: One) -> One { One(repeating: a.value * b.value) }
  @inline(__always)
  static func / (a: One, b: One) -> One { One(repeating: a.value / b.value) }
  @inline(__always)
  func addingProduct(_ a: One, _ b: One) -> One { One(repeating: value.addingProduct(a.value, b.value)) }
  @inline(__always)
  static func larger(_ a: One, _ b: One) -> One { a.value < b.value ? b : a }
  @inline(__always)
  static func largest(_ a: One, _ b: One) -> One { One(repeating: Number.largest(a.value, b.value)) }
  @inline(__always)
  static func isLess(_ a: One, _ b: One) -> One { One(repeating: a.value < b.value ? 1 : 0) }
  @inline(__always)
  static func isEqual(_ a: One, _ b: One) -> One { One(repeating: a.value == b.value ? 1 : 0) }
  @inline(__always)
  static func choose(_ mask: One, _ a: One, _ b: One) -> One { mask.value != 0 ? a : b }
  @inline(__always)
  static func exp(_ x: One) -> One { One(repeating: Number.exp(x.value)) }
  @inline(__always)
  static func log(_ x: One) -> One { One(repeating: Number.log(x.value)) }
}

/// The sixteen lanes that kernels work on at a time.
struct Sixteen<Number: KernelReal>: RealVector {
  let lanes: Lanes<Number>

  static var count: Int { 16 }

  @inline(__always)
  init(_ lanes: Lanes<Number>) { self.lanes = lanes }
  @inline(__always)
  init(repeating number: Number) { lanes = Lanes(repeating: number) }

  /// Returns a number and the following ones.
  @inline(__always)
  static func counting(from first: Number) -> Sixteen {
    var lanes = Lanes<Number>()
    for lane in 0..<16 { lanes[lane] = first + Number(lane) }
    return Sixteen(lanes)
  }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<Number>) -> Sixteen { Sixteen(Ops.load(pointer)) }
  @inline(__always)
  func store(_ pointer: UnsafeMutablePointer<Number>) { Ops.store(lanes, pointer) }

  @inline(__always)
  static func + (a: Sixteen, b: Sixteen) -> Sixteen { Sixteen(a.lanes + b.lanes) }
  @inline(__always)
  static func - (a: Sixteen, b: Sixteen) -> Sixteen { Sixteen(a.lanes - b.lanes) }
  @inline(__always)
  static func * (a: Sixteen, b: Sixteen) -> Sixteen { Sixteen(a.lanes * b.lanes) }
  @inline(__always)
  static func / (a: Sixteen, b: Sixteen) -> Sixteen { Sixteen(a.lanes / b.lanes) }
  @inline(__always)
  func addingProduct(_ a: Sixteen, _ b: Sixteen) -> Sixteen { Sixteen(lanes.addingProduct(a.lanes, b.lanes)) }
  @inline(__always)
  static func larger(_ a: Sixteen, _ b: Sixteen) -> Sixteen { Sixteen(Number.larger(a.lanes, b.lanes)) }
  @inline(__always)
  static func largest(_ a: Sixteen, _ b: Sixteen) -> Sixteen { Sixteen(Number.largest(a.lanes, b.lanes)) }
  @inline(__always)
  static func isLess(_ a: Sixteen, _ b: Sixteen) -> Sixteen { Sixteen(Number.isLess(a.lanes, b.lanes)) }
  @inline(__always)
  static func isEqual(_ a: Sixteen, _ b: Sixteen) -> Sixteen { Sixteen(Number.isEqual(a.lanes, b.lanes)) }
  @inline(__always)
  static func choose(_ mask: Sixteen, _ a: Sixteen, _ b: Sixteen) -> Sixteen {
    Sixteen(Number.choose(mask.lanes, a.lanes, b.lanes))
  }
  @inline(__always)
  static func exp(_ x: Sixteen) -> Sixteen { Sixteen(Number.exp(x.lanes)) }
  @inline(__always)
  static func log(_ x: Sixteen) -> Sixteen { Sixteen(Number.log(x.lanes)) }
}
