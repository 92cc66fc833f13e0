/// The vector type of kernels, sixteen lanes: 64 bytes of Float, 128 of Double.
package typealias Lanes<T: Real> = SIMD16<T>

@inline(__always)
func load<T: Real>(_ pointer: UnsafePointer<T>) -> Lanes<T> {
  UnsafeRawPointer(pointer).loadUnaligned(as: Lanes<T>.self)
}

@inline(__always)
func store<T: Real>(_ value: Lanes<T>, _ pointer: UnsafeMutablePointer<T>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Lanes<T>.self)
}

/// Loads the first `count` elements, with 1 in the other lanes: by one copy, as a loop would be unrolled.
@inline(__always)
func load<T: Real>(_ pointer: UnsafePointer<T>, count: Int) -> Lanes<T> {
  var value = Lanes<T>(repeating: 1)
  withUnsafeMutablePointer(to: &value) {
    UnsafeMutableRawPointer($0).copyMemory(from: pointer, byteCount: count &* MemoryLayout<T>.stride)
  }
  return value
}

@inline(__always)
func store<T: Real>(_ value: Lanes<T>, _ pointer: UnsafeMutablePointer<T>, count: Int) {
  withUnsafePointer(to: value) {
    UnsafeMutableRawPointer(pointer).copyMemory(from: $0, byteCount: count &* MemoryLayout<T>.stride)
  }
}

/// Full or partial access to a vector in memory.
protocol VectorAccess {
  func load<T: Real>(_ pointer: UnsafePointer<T>) -> Lanes<T>
  func store<T: Real>(_ value: Lanes<T>, _ pointer: UnsafeMutablePointer<T>)
  func load(_ pointer: UnsafePointer<BFloat16>) -> BFloat16Vector.Bits
  func store(_ bits: BFloat16Vector.Bits, _ pointer: UnsafeMutablePointer<BFloat16>)
}

struct WholeVector: VectorAccess {
  @inline(__always)
  func load<T: Real>(_ pointer: UnsafePointer<T>) -> Lanes<T> { Ops.load(pointer) }
  @inline(__always)
  func store<T: Real>(_ value: Lanes<T>, _ pointer: UnsafeMutablePointer<T>) { Ops.store(value, pointer) }
  @inline(__always)
  func load(_ pointer: UnsafePointer<BFloat16>) -> BFloat16Vector.Bits {
    UnsafeRawPointer(pointer).loadUnaligned(as: BFloat16Vector.Bits.self)
  }
  @inline(__always)
  func store(_ bits: BFloat16Vector.Bits, _ pointer: UnsafeMutablePointer<BFloat16>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: bits, as: BFloat16Vector.Bits.self)
  }
}

struct PartOfVector: VectorAccess {
  let count: Int

  @inline(__always)
  func load<T: Real>(_ pointer: UnsafePointer<T>) -> Lanes<T> { Ops.load(pointer, count: count) }
  @inline(__always)
  func store<T: Real>(_ value: Lanes<T>, _ pointer: UnsafeMutablePointer<T>) {
    Ops.store(value, pointer, count: count)
  }
  @inline(__always)
  func load(_ pointer: UnsafePointer<BFloat16>) -> BFloat16Vector.Bits {
    var bits = BFloat16Vector.Bits(repeating: 0)
    for lane in 0..<count { bits[lane] = pointer[lane].bits }
    return bits
  }
  @inline(__always)
  func store(_ bits: BFloat16Vector.Bits, _ pointer: UnsafeMutablePointer<BFloat16>) {
    for lane in 0..<count { pointer[lane].bits = bits[lane] }
  }
}

/// result[i] = f(a[i]) for `count` elements.
@inline(__always)
func map<T: Real>(
  _ result: UnsafeMutablePointer<T>, _ a: UnsafePointer<T>, _ count: Int, _ f: (Lanes<T>) -> Lanes<T>
) {
  var i = 0
  while i + 16 <= count {
    store(f(load(a + i)), result + i)
    i += 16
  }
  if i < count { store(f(load(a + i, count: count - i)), result + i, count: count - i) }
}

/// result[i] = f(a[i], b[i]) for `count` elements.
@inline(__always)
func map<T: Real>(
  _ result: UnsafeMutablePointer<T>, _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ count: Int,
  _ f: (Lanes<T>, Lanes<T>) -> Lanes<T>
) {
  var i = 0
  while i + 16 <= count {
    store(f(load(a + i), load(b + i)), result + i)
    i += 16
  }
  if i < count {
    let rest = count - i
    store(f(load(a + i, count: rest), load(b + i, count: rest)), result + i, count: rest)
  }
}

/// Copies `count` elements; short runs without a function call.
@inline(__always)
func copy<T: Real>(_ target: UnsafeMutablePointer<T>, from source: UnsafePointer<T>, _ count: Int) {
  guard count >= 16, count <= 256 else { return target.update(from: source, count: count) }
  var i = 0
  while i + 16 <= count {
    store(load(source + i), target + i)
    i += 16
  }
  // The last vector overlaps the previous one.
  if i < count { store(load(source + (count - 16)), target + (count - 16)) }
}

/// Transposes sixteen vectors as a matrix, by four rounds of separating even and odd elements.
@inline(__always)
func transpose<T: Real>(_ rows: UnsafeMutablePointer<Lanes<T>>, spare: UnsafeMutablePointer<Lanes<T>>) {
  for pass in 0..<4 {
    let (source, target) = pass % 2 == 0 ? (rows, spare) : (spare, rows)
    for i in 0..<8 {
      let (a, b) = (source[2 * i], source[2 * i + 1])
      target[i] = Lanes(lowHalf: a.evenHalf, highHalf: b.evenHalf)
      target[i + 8] = Lanes(lowHalf: a.oddHalf, highHalf: b.oddHalf)
    }
  }
}

/// Applies a scalar function to each lane, for functions without vector instructions.
@inline(__always)
func eachLane<T: Real>(_ value: Lanes<T>, _ f: (T) -> T) -> Lanes<T> {
  var result = value
  for lane in 0..<16 { result[lane] = f(value[lane]) }
  return result
}

/// Returns the lanes combined pairwise, by halves.
@inline(__always)
func folded<T: Real>(_ vector: Lanes<T>, _ combined: (Lanes<T>, Lanes<T>) -> Lanes<T>) -> T {
  let eight = combined(vector, vector.upperHalf)
  let four = combined(eight, eight.secondFour)
  let two = combined(four, four.secondTwo)
  return combined(two, Lanes<T>(repeating: two[1]))[0]
}

// Shuffles of one instruction, for what is computed of fewer and fewer lanes.
extension SIMD16 {
  /// The lanes from 8, in the first lanes and again in the others.
  @inline(__always)
  var upperHalf: SIMD16 { SIMD16(lowHalf: highHalf, highHalf: highHalf) }

  /// The lanes from 4 to 7, in each four lanes.
  @inline(__always)
  var secondFour: SIMD16 {
    let four = lowHalf.highHalf
    let eight = SIMD8(lowHalf: four, highHalf: four)
    return SIMD16(lowHalf: eight, highHalf: eight)
  }

  /// The lanes 2 and 3, in each two lanes.
  @inline(__always)
  var secondTwo: SIMD16 {
    let two = lowHalf.lowHalf.highHalf
    let four = SIMD4(lowHalf: two, highHalf: two)
    let eight = SIMD8(lowHalf: four, highHalf: four)
    return SIMD16(lowHalf: eight, highHalf: eight)
  }
}
