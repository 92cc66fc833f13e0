import OpenBLAS

/// How the products of sixteen operands with as many are added to sums: at once, or in parts of the operands.
protocol ProductStep {
  associatedtype Operand
  associatedtype Sum: LaneArithmetic
  /// A part of sixteen operands.
  associatedtype Vector
  static var parts: Int { get }
  static func load(_ pointer: UnsafePointer<Operand>, part: Int) -> Vector
  /// Returns a part of one operand in all lanes.
  static func repeated(_ operand: Operand, part: Int) -> Vector
  static func add(_ a: Vector, times b: Vector, to sum: inout Lanes<Sum>)
}

/// Products of numbers.
enum NumberProducts<Number: LaneArithmetic>: ProductStep {
  @inline(__always)
  static var parts: Int { 1 }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<Number>, part: Int) -> Lanes<Number> { Ops.load(pointer) }

  @inline(__always)
  static func repeated(_ operand: Number, part: Int) -> Lanes<Number> { Lanes(repeating: operand) }

  @inline(__always)
  static func add(_ a: Lanes<Number>, times b: Lanes<Number>, to sum: inout Lanes<Number>) {
    sum.addProduct(a, b)
  }
}

/// Products of pairs by the processor's instruction for them.
enum PairProducts: ProductStep {
  @inline(__always)
  static var parts: Int { 1 }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<BFloat16Pair>, part: Int) -> BFloat16Pair.Vector {
    BFloat16Pair.load(pointer)
  }

  @inline(__always)
  static func repeated(_ operand: BFloat16Pair, part: Int) -> BFloat16Pair.Vector {
    BFloat16Pair.Vector(repeating: operand.bits)
  }

  @inline(__always)
  static func add(_ a: BFloat16Pair.Vector, times b: BFloat16Pair.Vector, to sum: inout Lanes<Float>) {
    sum = loupe_adding_pair_products(sum, a, b)
  }
}

/// Products of pairs without that instruction: of the high halves, then of the low ones. The sums have the
/// same bits where subnormal numbers are read and written as zeros, as the instruction does.
enum SoftwarePairProducts: ProductStep {
  @inline(__always)
  static var parts: Int { 2 }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<BFloat16Pair>, part: Int) -> Lanes<Float> {
    let bits = BFloat16Pair.load(pointer)
    return unsafeBitCast(part == 0 ? bits & 0xFFFF_0000 : bits &<< 16, to: Lanes<Float>.self)
  }

  @inline(__always)
  static func repeated(_ operand: BFloat16Pair, part: Int) -> Lanes<Float> {
    Lanes(repeating: Float(bitPattern: part == 0 ? operand.bits & 0xFFFF_0000 : operand.bits << 16))
  }

  @inline(__always)
  static func add(_ a: Lanes<Float>, times b: Lanes<Float>, to sum: inout Lanes<Float>) {
    sum.addProduct(a, b)
  }
}
