/// One row of a panel in registers.
protocol PanelRow {
  associatedtype Element: Real
  static var width: Int { get }
  init()
  init(_ pointer: UnsafePointer<Element>)
  /// self += x * row
  mutating func add(_ x: Element, times row: Self)
  /// Stores the row to `target`, or adds it to the values there.
  func store(_ target: UnsafeMutablePointer<Element>, adds: Bool)
}

struct OneVector<Element: Real>: PanelRow {
  private var a = Lanes<Element>()

  static var width: Int { 16 }
  @inline(__always)
  init() {}
  @inline(__always)
  init(_ pointer: UnsafePointer<Element>) { a = load(pointer) }

  @inline(__always)
  mutating func add(_ x: Element, times row: OneVector) { a.addProduct(Lanes(repeating: x), row.a) }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<Element>, adds: Bool) {
    Ops.store(adds ? load(target) + a : a, target)
  }
}

struct TwoVectors<Element: Real>: PanelRow {
  private var a = Lanes<Element>(), b = Lanes<Element>()

  static var width: Int { 32 }
  @inline(__always)
  init() {}
  @inline(__always)
  init(_ pointer: UnsafePointer<Element>) { (a, b) = (load(pointer), load(pointer + 16)) }

  @inline(__always)
  mutating func add(_ x: Element, times row: TwoVectors) {
    let x = Lanes(repeating: x)
    a.addProduct(x, row.a)
    b.addProduct(x, row.b)
  }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<Element>, adds: Bool) {
    Ops.store(adds ? load(target) + a : a, target)
    Ops.store(adds ? load(target + 16) + b : b, target + 16)
  }
}

struct FourVectors<Element: Real>: PanelRow {
  private var a = Lanes<Element>(), b = Lanes<Element>(), c = Lanes<Element>(), d = Lanes<Element>()

  static var width: Int { 64 }
  @inline(__always)
  init() {}
  @inline(__always)
  init(_ pointer: UnsafePointer<Element>) {
    (a, b, c, d) = (load(pointer), load(pointer + 16), load(pointer + 32), load(pointer + 48))
  }

  @inline(__always)
  mutating func add(_ x: Element, times row: FourVectors) {
    let x = Lanes(repeating: x)
    a.addProduct(x, row.a)
    b.addProduct(x, row.b)
    c.addProduct(x, row.c)
    d.addProduct(x, row.d)
  }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<Element>, adds: Bool) {
    Ops.store(adds ? load(target) + a : a, target)
    Ops.store(adds ? load(target + 16) + b : b, target + 16)
    Ops.store(adds ? load(target + 32) + c : c, target + 32)
    Ops.store(adds ? load(target + 48) + d : d, target + 48)
  }
}
