/// What is computed of the elements at one place of some operands.
public protocol ElementFormula: Sendable {
  /// How many operands it takes.
  static var arity: Int { get }

  /// One element, from the operands' elements in order.
  func element<T: Real>(_ x: Elements<T>) -> T

  /// Computes a block in single precision: `element` for each, compiled with it in the module that defines
  /// the operation, unless it is written by hand.
  func run(_ block: ElementBlock<Float>)

  /// Computes a block in double precision.
  func run(_ block: ElementBlock<Double>)
}

extension ElementFormula {
  @inlinable
  public func run(_ block: ElementBlock<Float>) { runEach(block) }

  @inlinable
  public func run(_ block: ElementBlock<Double>) { runEach(block) }

  // Results are collected beside the operands' memory, and where operands lie is read from a table of its own
  // that nobody writes to meanwhile: so the compiler may use vectors, and reads each place once.
  @inlinable
  @inline(__always)
  func runEach<T: Real>(_ block: ElementBlock<T>) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<T>.self, capacity: 4) { places in
      guard let own = places.baseAddress, Self.arity <= 4 else { return runEach(block, block.operands) }
      for operand in 0..<4 { (own + operand).initialize(to: block[operand < Self.arity ? operand : 0]) }
      runEach(block, own)
    }
  }

  @inlinable
  @inline(__always)
  func runEach<T: Real>(_ block: ElementBlock<T>, _ operands: UnsafePointer<UnsafePointer<T>>) {
    var start = 0
    let end = block.count & ~15
    while start < end {
      var results = SIMD16<T>()
      for lane in 0..<16 { results[lane] = element(Elements(operands, at: start &+ lane)) }
      UnsafeMutableRawPointer(block.result + start).storeBytes(of: results, as: SIMD16<T>.self)
      start &+= 16
    }
    while start < block.count {
      block.result[start] = element(Elements(operands, at: start))
      start &+= 1
    }
  }

  /// One element, from the operands' elements in order.
  package func element<T: Real>(of x: [T]) -> T {
    x.withUnsafeBufferPointer { x in withOperands(x) { element(Elements($0, at: 0)) } }
  }

  /// Gives `body` a pointer to each of the numbers.
  func withOperands<T: Real, Result>(
    _ x: UnsafeBufferPointer<T>, _ body: (UnsafePointer<UnsafePointer<T>>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UnsafePointer<T>.self, capacity: x.count) { operands in
      guard let first = x.baseAddress, let table = operands.baseAddress else {
        fatalError("\(Self.self) has no operands")
      }
      for index in 0..<x.count { (table + index).initialize(to: first + index) }
      return body(table)
    }
  }
}
