import Testing

@testable import Ops

/// The arithmetic of sixteen numbers against Swift's of one, for every pair of numbers of different kinds.
@Suite struct LaneArithmeticTests {
  private func numbers<T: LaneArithmetic>(_: T.Type) -> [T] {
    let ordinary: [T] = [0, 1, 1.5, 3, T(0.1), .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity]
    return ordinary + ordinary.map { -$0 } + [.nan]
  }

  // Whether two numbers are the same, with the sign of zero; all NaN are.
  private func areSame<T: Real>(_ a: T, _ b: T) -> Bool {
    a.isNaN ? b.isNaN : a == b && a.sign == b.sign
  }

  // Expects of each pair, at each lane, that both functions agree.
  private func compare<T: LaneArithmetic>(
    _ vector: (Lanes<T>, Lanes<T>) -> Lanes<T>, _ scalar: (T, T) -> T, _ name: String
  ) {
    let numbers = numbers(T.self)
    for (index, a) in numbers.enumerated() {
      for b in numbers {
        let lane = index % 16
        var (x, y) = (Lanes<T>(repeating: 1), Lanes<T>(repeating: 1))
        (x[lane], y[lane]) = (a, b)
        let (found, expected) = (vector(x, y)[lane], scalar(a, b))
        #expect(areSame(found, expected), "\(name) of \(a) and \(b): \(found) for \(expected)")
      }
    }
  }

  private func compareAll<T: LaneArithmetic>(_: T.Type) {
    compare({ $0 + $1 }, { (a: T, b: T) in a + b }, "sum")
    compare({ $0 - $1 }, { (a: T, b: T) in a - b }, "difference")
    compare({ $0 * $1 }, { (a: T, b: T) in a * b }, "product")
    compare({ $0 / $1 }, { (a: T, b: T) in a / b }, "quotient")
    compare({ x, _ in -x }, { (a: T, _: T) in -a }, "negative")
    compare({ x, _ in x.squareRoot() }, { (a: T, _: T) in a.squareRoot() }, "root")
    compare({ $0.addingProduct(3, $1) }, { (a: T, b: T) in a.addingProduct(3, b) }, "sum with a product")
    compare(T.larger, { (a: T, b: T) in a < b ? b : a }, "larger")
    compare(T.smaller, { (a: T, b: T) in b < a ? b : a }, "smaller")
    compare(T.largest, { (a: T, b: T) in a < b || b.isNaN ? b : a }, "largest")
    compare({ T.choose($0, $1, 7 - $1) }, { (a: T, b: T) in a != 0 ? b : 7 - b }, "choice")
    compare(T.passPositive, { (a: T, b: T) in a > 0 ? b : 0 }, "where positive")
    compare(T.isLess, { (a: T, b: T) in a < b ? 1 : 0 }, "less")
    compare(T.isLessOrEqual, { (a: T, b: T) in a <= b ? 1 : 0 }, "less or equal")
    compare(T.isEqual, { (a: T, b: T) in a == b ? 1 : 0 }, "equal")
  }

  @Test func sixteenNumbersAreAsOne() {
    compareAll(Float.self)
    compareAll(Double.self)
  }
}
