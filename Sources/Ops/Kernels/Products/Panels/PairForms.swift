extension BFloat16Pair: PairElement {
  package typealias Row = BFloat16Pair
  typealias Numbers = BFloat16Vector.Bits
  typealias Step = PairProducts

  @inline(__always)
  package static var zero: BFloat16Pair { BFloat16Pair(bits: 0) }
  @inline(__always)
  static var zeros: BFloat16Vector.Bits { BFloat16Vector.Bits() }

  @inline(__always)
  static func rounded(_ pointer: UnsafePointer<Float>) -> BFloat16Vector.Bits {
    BFloat16Vector.rounded(Ops.load(pointer))
  }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<BFloat16>) -> BFloat16Vector.Bits { WholeVector().load(pointer) }

  @inline(__always)
  static func round(
    _ target: UnsafeMutablePointer<BFloat16Pair>, from source: UnsafePointer<Float>, _ count: Int
  ) {
    let numbers = UnsafeMutableRawPointer(target).assumingMemoryBound(to: BFloat16.self)
    Ops.round(numbers, from: source, count)
    if count % 2 != 0 { numbers[count] = BFloat16(bits: 0) }
  }

  @inline(__always)
  static func store(
    _ first: BFloat16Vector.Bits, _ second: BFloat16Vector.Bits,
    row target: UnsafeMutablePointer<BFloat16Pair>
  ) {
    store(vector(first, second), target)
  }

  @inline(__always)
  static func store(
    _ first: BFloat16Vector.Bits, _ second: BFloat16Vector.Bits,
    panel target: UnsafeMutablePointer<BFloat16Pair>
  ) {
    store(vector(first, second), target)
  }

  @inline(__always)
  static func store(_ pairs: BFloat16Pair.Vector, panel target: UnsafeMutablePointer<BFloat16Pair>) {
    store(pairs, target)
  }
}

/// Sixteen elements of a row of a panel are sixteen first numbers and then the second ones.
extension UnpackedPair: PairElement {
  package typealias Row = BFloat16Pair
  typealias Numbers = Lanes<Float>
  typealias Step = UnpackedPairProducts

  @inline(__always)
  package static var zero: UnpackedPair { UnpackedPair(first: 0, second: 0) }
  @inline(__always)
  static var zeros: Lanes<Float> { Lanes<Float>() }

  @inline(__always)
  static func rounded(_ pointer: UnsafePointer<Float>) -> Lanes<Float> {
    BFloat16Vector.widened(BFloat16Vector.rounded(Ops.load(pointer)))
  }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<BFloat16>) -> Lanes<Float> { Ops.load(pointer) }

  @inline(__always)
  static func round(
    _ target: UnsafeMutablePointer<UnpackedPair>, from source: UnsafePointer<Float>, _ count: Int
  ) {
    let numbers = reinterpreted(target, as: Float.self)
    map(numbers, source, count) { BFloat16Vector.widened(BFloat16Vector.rounded($0)) }
    if count % 2 != 0 { numbers[count] = 0 }
  }

  @inline(__always)
  package static func roundComputed(_ elements: UnsafeMutablePointer<UnpackedPair>, _ count: Int) {
    round(elements, from: reinterpreted(UnsafePointer(elements), as: Float.self), 2 * count)
  }

  @inline(__always)
  static func store(
    _ first: Lanes<Float>, _ second: Lanes<Float>, row target: UnsafeMutablePointer<UnpackedPair>
  ) {
    let numbers = reinterpreted(target, as: Float.self)
    var (low, high) = (Lanes<Float>(), Lanes<Float>())
    (low.evenHalf, low.oddHalf) = (first.lowHalf, second.lowHalf)
    (high.evenHalf, high.oddHalf) = (first.highHalf, second.highHalf)
    Ops.store(low, numbers)
    Ops.store(high, numbers + 16)
  }

  @inline(__always)
  static func store(
    _ first: Lanes<Float>, _ second: Lanes<Float>, panel target: UnsafeMutablePointer<UnpackedPair>
  ) {
    let numbers = reinterpreted(target, as: Float.self)
    Ops.store(first, numbers)
    Ops.store(second, numbers + 16)
  }

  @inline(__always)
  static func store(_ pairs: BFloat16Pair.Vector, panel target: UnsafeMutablePointer<UnpackedPair>) {
    store(
      unsafeBitCast(pairs &<< 16, to: Lanes<Float>.self),
      unsafeBitCast(pairs & 0xFFFF_0000, to: Lanes<Float>.self), panel: target)
  }
}
