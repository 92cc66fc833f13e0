import Recipes

/// Smooth noise over the plane: a table of random values, blended between its points.
///
/// One table serves every patient. Two places of the plane far apart are as good as independent, so whoever
/// needs noise of their own keeps an offset into it.
struct ValueNoise: Sendable {
  static let shared = ValueNoise()

  private static let side = 128
  private let table: [Float]

  private init() {
    var generator = CounterGenerator(seed: 0, name: "value noise")
    table = (0..<ValueNoise.side * ValueNoise.side).map { _ in generator.draw(-1...1) }
  }

  /// The noise at a point, in [-1, 1]; it varies over a distance of about 1.
  @inline(__always)
  func callAsFunction(_ point: SIMD2<Float>) -> Float {
    let mask = ValueNoise.side - 1
    let shifted = point + 4096  // positive, so that truncation is the floor
    let column = Int(shifted.x)
    let row = Int(shifted.y)
    let fraction = shifted - SIMD2(Float(column), Float(row))
    let blend = fraction * fraction * (3 - 2 * fraction)
    let top = (row & mask) * ValueNoise.side
    let bottom = ((row + 1) & mask) * ValueNoise.side
    let left = column & mask
    let right = (column + 1) & mask
    let upper = table[top + left] + blend.x * (table[top + right] - table[top + left])
    let lower = table[bottom + left] + blend.x * (table[bottom + right] - table[bottom + left])
    return upper + blend.y * (lower - upper)
  }

  /// A point turned by less than a right angle: noise there and here together hide the grid they are made on.
  @inline(__always)
  static func turned(_ point: SIMD2<Float>) -> SIMD2<Float> {
    SIMD2(0.8 * point.x - 0.6 * point.y, 0.6 * point.x + 0.8 * point.y)
  }

  /// An offset into the table for someone who wants noise of their own.
  static func offset(using generator: inout CounterGenerator) -> SIMD2<Float> {
    SIMD2(generator.draw(0...Float(side)), generator.draw(0...Float(side)))
  }
}

extension CounterGenerator {
  /// A number uniform in the range.
  mutating func draw(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound + Float(uniform()) * (range.upperBound - range.lowerBound)
  }

  /// An integer uniform in the range.
  mutating func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// 0 below `low`, 1 above `high`, and a smooth step in between.
@inline(__always)
func smoothstep(_ low: Float, _ high: Float, _ value: Float) -> Float {
  let t = min(1, max(0, (value - low) / (high - low)))
  return t * t * (3 - 2 * t)
}
