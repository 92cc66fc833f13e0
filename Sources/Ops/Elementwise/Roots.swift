/// The square root of each element.
package struct Sqrt: Elementwise {
  package static var arity: Int { 1 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0].squareRoot() }

  package func fault(of operands: [ElementRange]) -> String? {
    operands[0].least < 0 ? "the root of a number below 0" : nil
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * 0.5 / result]
  }
}

/// The reciprocal square root of each element.
package struct Rsqrt: Elementwise {
  package static var arity: Int { 1 }

  package func element<T: Real>(_ x: Elements<T>) -> T { 1 / x[0].squareRoot() }

  package func fault(of operands: [ElementRange]) -> String? {
    if operands[0].least < 0 { return "the root of a number below 0" }
    return operands[0].least == 0 ? "one over the root of 0" : nil
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * -0.5 * (result * result * result)]
  }
}

extension Sqrt {
  package func run(_ block: ElementBlock<Float>) { block.byFours { $0.squareRoot() } }
  package func run(_ block: ElementBlock<Double>) { block.byFours { $0.squareRoot() } }
}

extension Rsqrt {
  package func run(_ block: ElementBlock<Float>) { block.byFours { 1 / $0.squareRoot() } }
  package func run(_ block: ElementBlock<Double>) { block.byFours { 1 / $0.squareRoot() } }
}

extension ElementBlock {
  // For longer vectors, or elements in a loop, the compiler emits scalar square roots.
  @inline(__always)
  fileprivate func byFours(_ root: (SIMD4<T>) -> SIMD4<T>) {
    var start = 0
    while start < count {
      let rest = Swift.min(4, count - start)
      var x = SIMD4<T>(repeating: 1)
      if rest == 4 {
        x = UnsafeRawPointer(self[0] + start).loadUnaligned(as: SIMD4<T>.self)
      } else {
        for lane in 0..<rest { x[lane] = self[0][start + lane] }
      }
      let y = root(x)
      if rest == 4 {
        UnsafeMutableRawPointer(result + start).storeBytes(of: y, as: SIMD4<T>.self)
      } else {
        for lane in 0..<rest { result[start + lane] = y[lane] }
      }
      start += 4
    }
  }
}

/// Returns the square root of each element.
///
/// - Parameter x: The tensor.
public func sqrt(_ x: Tensor) -> Tensor { x.graph.apply(Sqrt(), to: [x]) }

/// Returns the reciprocal square root of each element.
///
/// - Parameter x: The tensor.
public func rsqrt(_ x: Tensor) -> Tensor { x.graph.apply(Rsqrt(), to: [x]) }
