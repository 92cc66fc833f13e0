import Ops

extension CounterGenerator {
  /// Returns so many numbers between 0 and 1: in an optimized loop, which those of tests are not.
  public mutating func uniforms(_ count: Int) -> [Float] { (0..<count).map { _ in Float(uniform()) } }
}
