/// The sums of one row of a product with a panel, in registers.
protocol PanelRow {
  associatedtype Step: ProductStep
  /// A part of the operands of a row of the panel.
  associatedtype Vectors
  static var width: Int { get }
  init()
  static func load(_ pointer: UnsafePointer<Step.Operand>, part: Int) -> Vectors
  /// self += x * row
  mutating func add(_ x: Step.Operand, times row: Vectors, part: Int)
  /// Stores the sums to `target`, or adds them to the values there.
  func store(_ target: UnsafeMutablePointer<Step.Sum>, adds: Bool)
}

struct OneVector<Step: ProductStep>: PanelRow {
  private var a = Lanes<Step.Sum>()

  static var width: Int { 16 }
  @inline(__always)
  init() {}

  @inline(__always)
  static func load(_ pointer: UnsafePointer<Step.Operand>, part: Int) -> Step.Vector {
    Step.load(pointer, part: part)
  }

  @inline(__always)
  mutating func add(_ x: Step.Operand, times row: Step.Vector, part: Int) {
    Step.add(Step.repeated(x, part: part), times: row, to: &a)
  }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<Step.Sum>, adds: Bool) {
    Ops.store(adds ? Ops.load(target) + a : a, target)
  }
}

struct TwoVectors<Step: ProductStep>: PanelRow {
  private var a = Lanes<Step.Sum>(), b = Lanes<Step.Sum>()

  static var width: Int { 32 }
  @inline(__always)
  init() {}

  @inline(__always)
  static func load(_ pointer: UnsafePointer<Step.Operand>, part: Int) -> (Step.Vector, Step.Vector) {
    (Step.load(pointer, part: part), Step.load(pointer + 16, part: part))
  }

  @inline(__always)
  mutating func add(_ x: Step.Operand, times row: (Step.Vector, Step.Vector), part: Int) {
    let x = Step.repeated(x, part: part)
    Step.add(x, times: row.0, to: &a)
    Step.add(x, times: row.1, to: &b)
  }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<Step.Sum>, adds: Bool) {
    Ops.store(adds ? Ops.load(target) + a : a, target)
    Ops.store(adds ? Ops.load(target + 16) + b : b, target + 16)
  }
}

struct FourVectors<Step: ProductStep>: PanelRow {
  typealias Vectors = (Step.Vector, Step.Vector, Step.Vector, Step.Vector)

  private var a = Lanes<Step.Sum>(), b = Lanes<Step.Sum>()
  private var c = Lanes<Step.Sum>(), d = Lanes<Step.Sum>()

  static var width: Int { 64 }
  @inline(__always)
  init() {}

  @inline(__always)
  static func load(_ pointer: UnsafePointer<Step.Operand>, part: Int) -> Vectors {
    (
      Step.load(pointer, part: part), Step.load(pointer + 16, part: part),
      Step.load(pointer + 32, part: part), Step.load(pointer + 48, part: part)
    )
  }

  @inline(__always)
  mutating func add(_ x: Step.Operand, times row: Vectors, part: Int) {
    let x = Step.repeated(x, part: part)
    Step.add(x, times: row.0, to: &a)
    Step.add(x, times: row.1, to: &b)
    Step.add(x, times: row.2, to: &c)
    Step.add(x, times: row.3, to: &d)
  }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<Step.Sum>, adds: Bool) {
    Ops.store(adds ? Ops.load(target) + a : a, target)
    Ops.store(adds ? Ops.load(target + 16) + b : b, target + 16)
    Ops.store(adds ? Ops.load(target + 32) + c : c, target + 32)
    Ops.store(adds ? Ops.load(target + 48) + d : d, target + 48)
  }
}
