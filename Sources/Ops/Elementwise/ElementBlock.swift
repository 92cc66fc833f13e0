/// The operands' elements at one place: `x[0]` is that of the first operand. It lasts as long as the call it
/// is given to.
public struct Elements<T: Real> {
  @usableFromInline let operands: UnsafePointer<UnsafePointer<T>>
  @usableFromInline let index: Int

  @inlinable
  init(_ operands: UnsafePointer<UnsafePointer<T>>, at index: Int) {
    self.operands = operands
    self.index = index
  }

  /// The element of an operand.
  @inlinable
  public subscript(operand: Int) -> T { operands[operand][index] }
}

/// A run of elements of an elementwise operation, in cache: the operands', and room for the result's.
///
/// The result may lie where an operand does, so elements are read before those at the same places are
/// written.
public struct ElementBlock<T: Real> {
  /// How many elements there are, of each operand and of the result.
  public let count: Int
  /// Where the result's elements go.
  public let result: UnsafeMutablePointer<T>
  @usableFromInline let operands: UnsafePointer<UnsafePointer<T>>

  init(count: Int, result: UnsafeMutablePointer<T>, operands: UnsafePointer<UnsafePointer<T>>) {
    self.count = count
    self.result = result
    self.operands = operands
  }

  /// The elements of an operand, which has been stretched as broadcasting asks.
  @inlinable
  public subscript(operand: Int) -> UnsafePointer<T> { operands[operand] }
}

extension Elementwise {
  @inlinable
  public func run(_ block: ElementBlock<Float>) { runEach(block) }

  @inlinable
  public func run(_ block: ElementBlock<Double>) { runEach(block) }

  // Results are collected beside the operands' memory, so that the compiler may use vectors.
  @inlinable
  @inline(__always)
  func runEach<T: Real>(_ block: ElementBlock<T>) {
    withUnsafeTemporaryAllocation(of: T.self, capacity: 16) { results in
      var start = 0
      while start + 16 <= block.count {
        for lane in 0..<16 { results[lane] = element(Elements(block.operands, at: start + lane)) }
        for lane in 0..<16 { block.result[start + lane] = results[lane] }
        start += 16
      }
      while start < block.count {
        block.result[start] = element(Elements(block.operands, at: start))
        start += 1
      }
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
        fatalError("\(name) has no operands")
      }
      for index in 0..<x.count { (table + index).initialize(to: first + index) }
      return body(table)
    }
  }
}
