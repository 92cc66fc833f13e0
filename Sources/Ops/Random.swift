import Foundation

/// A counter-based random generator: Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as
/// 1, 2, 3").
///
/// The stream is a pure function of its key, so a value does not depend on the thread that draws it or on
/// earlier draws: `CounterGenerator(seed: 7, stage, epoch, sample, view)` gives the same numbers in any
/// order.
public struct CounterGenerator: RandomNumberGenerator, Sendable {
  private let key: (UInt32, UInt32)
  private let stream: UInt64
  private var block: UInt64 = 0
  private var spare: UInt64?

  /// Creates a stream keyed by a seed and any number of coordinates (stage, epoch, sample, view, ...).
  ///
  /// - Parameters:
  ///   - seed: The seed of all random numbers.
  ///   - coordinates: The numbers that tell this stream from others with the same seed.
  public init(seed: UInt64, _ coordinates: Int...) {
    var hash = CounterGenerator.mix(seed)
    let key = hash
    for coordinate in coordinates {
      hash = CounterGenerator.mix(hash ^ UInt64(bitPattern: Int64(coordinate)))
    }
    self.key = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    stream = hash
  }

  /// Creates a stream keyed by a seed and a name, such as a parameter's path.
  ///
  /// - Parameters:
  ///   - seed: The seed of all random numbers.
  ///   - name: The name that tells this stream from others with the same seed.
  public init(seed: UInt64, name: String) {
    self.init(seed: seed, Int(truncatingIfNeeded: FNV.hash(name)))
  }

  /// Returns the stream with one more coordinate.
  func keyed(by coordinate: Int) -> CounterGenerator {
    CounterGenerator(
      key: key, stream: CounterGenerator.mix(stream ^ UInt64(bitPattern: Int64(coordinate))))
  }

  /// Returns the stream without its first blocks, of two numbers each.
  func advanced(by blocks: Int) -> CounterGenerator {
    var later = self
    later.block &+= UInt64(blocks)
    return later
  }

  private init(key: (UInt32, UInt32), stream: UInt64) {
    self.key = key
    self.stream = stream
  }

  public mutating func next() -> UInt64 {
    if let value = spare {
      spare = nil
      return value
    }
    let (low, high) = philox(counter: block)
    block &+= 1
    spare = high
    return low
  }

  /// Returns a uniform number in [0, 1).
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Returns a uniform number in the range.
  ///
  /// - Parameter range: The range of the number.
  public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// Returns a standard normal number.
  public mutating func normal() -> Double { normalPair().0 }

  /// Returns two independent standard normal numbers (Box and Muller 1958).
  public mutating func normalPair() -> (Double, Double) {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * .pi * uniform()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// Returns true with the given probability.
  ///
  /// - Parameter probability: The probability of `true`, from 0 to 1.
  public mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  private func philox(counter: UInt64) -> (UInt64, UInt64) {
    var c = (
      UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32),
      UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)
    )
    var k = key
    for _ in 0..<10 {
      let a = UInt64(c.0) &* 0xD251_1F53
      let b = UInt64(c.2) &* 0xCD9E_8D57
      c = (
        UInt32(truncatingIfNeeded: b >> 32) ^ c.1 ^ k.0, UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ c.3 ^ k.1, UInt32(truncatingIfNeeded: a)
      )
      k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return (UInt64(c.0) | UInt64(c.1) << 32, UInt64(c.2) | UInt64(c.3) << 32)
  }

  private static func mix(_ value: UInt64) -> UInt64 {  // SplitMix64's finalizer
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
