/// The vector that kernels work in: 64 bytes of Float, 128 of Double.
typealias Lanes<T: Real> = SIMD16<T>

@inline(__always)
func load<T: Real>(_ pointer: UnsafePointer<T>) -> Lanes<T> {
  UnsafeRawPointer(pointer).loadUnaligned(as: Lanes<T>.self)
}

@inline(__always)
func store<T: Real>(_ value: Lanes<T>, _ pointer: UnsafeMutablePointer<T>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Lanes<T>.self)
}

/// The first `count` elements, the other lanes 1.
@inline(__always)
func load<T: Real>(_ pointer: UnsafePointer<T>, count: Int) -> Lanes<T> {
  var value = Lanes<T>(repeating: 1)
  for lane in 0..<count { value[lane] = pointer[lane] }
  return value
}

@inline(__always)
func store<T: Real>(_ value: Lanes<T>, _ pointer: UnsafeMutablePointer<T>, count: Int) {
  for lane in 0..<count { pointer[lane] = value[lane] }
}

/// How a vector is read and written: whole, or the few elements that are left.
protocol VectorAccess {
  func load<T: Real>(_ pointer: UnsafePointer<T>) -> Lanes<T>
  func store<T: Real>(_ value: Lanes<T>, _ pointer: UnsafeMutablePointer<T>)
}

struct WholeVector: VectorAccess {
  @inline(__always)
  func load<T: Real>(_ pointer: UnsafePointer<T>) -> Lanes<T> { Ops.load(pointer) }
  @inline(__always)
  func store<T: Real>(_ value: Lanes<T>, _ pointer: UnsafeMutablePointer<T>) { Ops.store(value, pointer) }
}

struct PartOfVector: VectorAccess {
  let count: Int

  @inline(__always)
  func load<T: Real>(_ pointer: UnsafePointer<T>) -> Lanes<T> { Ops.load(pointer, count: count) }
  @inline(__always)
  func store<T: Real>(_ value: Lanes<T>, _ pointer: UnsafeMutablePointer<T>) {
    Ops.store(value, pointer, count: count)
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

/// result[i] = f(a[i], b[i], c[i]) for `count` elements.
@inline(__always)
func map<T: Real>(
  _ result: UnsafeMutablePointer<T>, _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ c: UnsafePointer<T>,
  _ count: Int, _ f: (Lanes<T>, Lanes<T>, Lanes<T>) -> Lanes<T>
) {
  var i = 0
  while i + 16 <= count {
    store(f(load(a + i), load(b + i), load(c + i)), result + i)
    i += 16
  }
  if i < count {
    let rest = count - i
    let value = f(load(a + i, count: rest), load(b + i, count: rest), load(c + i, count: rest))
    store(value, result + i, count: rest)
  }
}

/// Copies `count` elements; short runs without a call.
@inline(__always)
func copy<T: Real>(_ target: UnsafeMutablePointer<T>, from source: UnsafePointer<T>, _ count: Int) {
  guard count >= 16, count <= 256 else { return target.update(from: source, count: count) }
  var i = 0
  while i + 16 <= count {
    store(load(source + i), target + i)
    i += 16
  }
  // The last vector overlaps the one before.
  if i < count { store(load(source + (count - 16)), target + (count - 16)) }
}

/// Transposes sixteen vectors as a matrix: parting its even elements from its odd ones four times does.
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

/// The function applied to each lane by itself, for what the processor has no vector instruction for.
@inline(__always)
func eachLane<T: Real>(_ value: Lanes<T>, _ f: (T) -> T) -> Lanes<T> {
  var result = value
  for lane in 0..<16 { result[lane] = f(value[lane]) }
  return result
}

extension VectorInstruction {
  /// Applies the instruction to `count` elements in cache. Operands an instruction does not take are ignored.
  @inline(__always)
  func run<T: KernelReal>(
    _ result: UnsafeMutablePointer<T>, _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ c: UnsafePointer<T>,
    _ count: Int
  ) {
    switch self {
    case .add: map(result, a, b, count) { $0 + $1 }
    case .subtract: map(result, a, b, count) { $0 - $1 }
    case .multiply: map(result, a, b, count) { $0 * $1 }
    case .divide: map(result, a, b, count) { $0 / $1 }
    case .maximum: map(result, a, b, count) { T.larger($0, $1) }
    case .minimum: map(result, a, b, count) { T.smaller($0, $1) }
    case .negate: map(result, a, count) { -$0 }
    case .absolute: map(result, a, count) { T.larger(-$0, $0) }
    case .exp: map(result, a, count) { eachLane($0, T.exp) }
    case .log: map(result, a, count) { eachLane($0, T.log) }
    case .sqrt: map(result, a, count) { $0.squareRoot() }
    case .reciprocalSquareRoot: map(result, a, count) { 1 / $0.squareRoot() }
    case .tanh: map(result, a, count) { eachLane($0, T.tanh) }
    case .erf: map(result, a, count) { eachLane($0, T.erf) }
    case .sigmoid: map(result, a, count) { eachLane($0) { 1 / (1 + T.exp(-$0)) } }
    case .relu: map(result, a, count) { T.larger($0, Lanes<T>(repeating: 0)) }
    case .power(let exponent):
      let exponent = T(exponent)
      map(result, a, count) { eachLane($0) { T.pow($0, exponent) } }
    case .less: map(result, a, b, count) { T.isLess($0, $1) }
    case .lessOrEqual: map(result, a, b, count) { T.isLessOrEqual($0, $1) }
    case .equal: map(result, a, b, count) { T.isEqual($0, $1) }
    case .select: map(result, a, b, c, count) { T.choose($0, $1, $2) }
    case .multiplyAdd: map(result, a, b, c, count) { $2.addingProduct($0, $1) }
    case .subtractProduct: map(result, a, b, c, count) { $2.addingProduct(-$0, $1) }
    case .passPositive: map(result, a, b, count) { T.passPositive($0, $1) }
    case .copy: result.update(from: a, count: count)
    case .call: fatalError("an operation of its own is called by the loop")
    }
  }
}
