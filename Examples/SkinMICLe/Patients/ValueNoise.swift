import Recipes

/// Smooth noise over the plane: an interpolated table of random values.
///
/// One table serves every patient. Distant points of the plane are practically independent, so independent
/// noise is obtained with an offset.
struct ValueNoise: Sendable {
  static let shared = ValueNoise()

  private static let side = 128
  private let table: [Float]

  private init() {
    var generator = CounterGenerator(seed: 0, name: "value noise")
    table = (0..<ValueNoise.side * ValueNoise.side).map { _ in generator.draw(-1...1) }
  }

  /// Returns the noise at a point, in [-1, 1]; it varies over a distance of about 1.
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

  /// Returns a point rotated by less than a right angle: the sum of the noise at both points hides the grid.
  @inline(__always)
  static func turned(_ point: SIMD2<Float>) -> SIMD2<Float> {
    SIMD2(0.8 * point.x - 0.6 * point.y, 0.6 * point.x + 0.8 * point.y)
  }

  /// Returns a random offset into the table, for independent noise.
  static func offset(using generator: inout CounterGenerator) -> SIMD2<Float> {
    SIMD2(generator.draw(0...Float(side)), generator.draw(0...Float(side)))
  }
}

extension CounterGenerator {
  /// Returns a uniform number in the range.
  mutating func draw(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound + Float(uniform()) * (range.upperBound - range.lowerBound)
  }

  /// Returns a uniform integer in the range.
  mutating func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// Returns 0 below `low`, 1 above `high`, and a smooth step in between.
@inline(__always)
func smoothstep(_ low: Float, _ high: Float, _ value: Float) -> Float {
  let t = min(1, max(0, (value - low) / (high - low)))
  return t * t * (3 - 2 * t)
}
