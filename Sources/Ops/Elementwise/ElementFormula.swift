/// A scalar function of the operands' elements at one index.
public protocol ElementFormula: Sendable {
  /// The number of operands.
  static var arity: Int { get }

  /// Returns one element, from the operands' elements in order.
  ///
  /// - Parameter x: The elements of the operands at one index.
  func element<T: Real>(_ x: Elements<T>) -> T

  /// Computes a block in single precision. By default it applies `element` to each, specialized in the module
  /// that defines the operation.
  ///
  /// - Parameter block: The elements to read, and those to write.
  func run(_ block: ElementBlock<Float>)

  /// Computes a block in double precision.
  ///
  /// - Parameter block: The elements to read, and those to write.
  func run(_ block: ElementBlock<Double>)
}

extension ElementFormula {
  @inlinable
  public func run(_ block: ElementBlock<Float>) { runEach(block) }

  @inlinable
  public func run(_ block: ElementBlock<Double>) { runEach(block) }

  // Results are collected apart from the operands' memory, and the operands' pointers are read from a
  // separate table that nothing writes to meanwhile, so that the compiler can vectorize and reads each
  // element once.
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

  /// Returns one element, from the operands' elements in order.
  package func element<T: Real>(of x: [T]) -> T {
    x.withUnsafeBufferPointer { x in withOperands(x) { element(Elements($0, at: 0)) } }
  }

  /// Calls `body` with a pointer to each of the numbers.
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
