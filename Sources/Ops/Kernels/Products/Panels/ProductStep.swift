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

/// Products of unpacked pairs: of the second numbers, then of the first ones. The sums have the bits of the
/// instruction where subnormal numbers are read and written as zeros, as it does.
enum UnpackedPairProducts: ProductStep {
  @inline(__always)
  static var parts: Int { 2 }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<UnpackedPair>, part: Int) -> Lanes<Float> {
    Ops.load(reinterpreted(pointer, as: Float.self) + (part == 0 ? 16 : 0))
  }

  @inline(__always)
  static func repeated(_ operand: UnpackedPair, part: Int) -> Lanes<Float> {
    Lanes(repeating: part == 0 ? operand.second : operand.first)
  }

  @inline(__always)
  static func add(_ a: Lanes<Float>, times b: Lanes<Float>, to sum: inout Lanes<Float>) {
    sum.addProduct(a, b)
  }
}
