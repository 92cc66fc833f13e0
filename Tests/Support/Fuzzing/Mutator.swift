import Ops

/// A fuzzing mutator: changes the bytes of valid files.
///
/// An input is a function of the seed and its number, so a failing one can be reproduced.
public struct Mutator: Sendable {
  private let corpus: [[UInt8]]
  private let tokens: [[UInt8]]

  /// Creates a mutator.
  ///
  /// - Parameters:
  ///   - corpus: Valid files.
  ///   - tokens: Meaningful tokens of the format, to be inserted.
  public init(_ corpus: [[UInt8]], tokens: [String] = []) {
    self.corpus = corpus
    self.tokens = tokens.map { Array($0.utf8) }
  }

  /// Returns the input with a number.
  public func input(_ number: Int, seed: UInt64) -> [UInt8] {
    var random = CounterGenerator(seed: seed, number)
    var bytes = corpus.randomElement(using: &random) ?? []
    for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&bytes, using: &random) }
    return bytes
  }

  private func mutate(_ bytes: inout [UInt8], using random: inout CounterGenerator) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    let length = min(bytes.count - place, 1 << Int.random(in: 0...6, using: &random))
    switch Int.random(in: 0..<10, using: &random) {
    case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
    case 1: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
    case 2: bytes.removeSubrange(place..<(place + length))
    case 3: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
    case 4: bytes.removeSubrange(place...)
    case 5:
      bytes.insert(contentsOf: (0..<length).map { _ in .random(in: 0...255, using: &random) }, at: place)
    case 6: overwrite(&bytes, at: place, using: &random)
    case 7: replaceNumber(in: &bytes, from: place, using: &random)
    case 8: bytes.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: place)
    default:
      guard let other = corpus.randomElement(using: &random) else { break }
      bytes = Array(bytes[..<place]) + other[Int.random(in: 0...other.count, using: &random)...]
    }
  }

  /// Overwrites bytes by an integer of 1, 2, 4 or 8 bytes, such as a length, with a boundary value.
  private func overwrite(_ bytes: inout [UInt8], at place: Int, using random: inout CounterGenerator) {
    let edges: [UInt64] = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 62, .max]
    let edge = (edges.randomElement(using: &random) ?? 0) &- UInt64.random(in: 0...2, using: &random)
    let size = 1 << Int.random(in: 0...3, using: &random)
    let isLittleEndian = Bool.random(using: &random)
    for byte in 0..<size where place + byte < bytes.count {
      bytes[place + byte] = UInt8(
        truncatingIfNeeded: edge >> (8 * UInt64(isLittleEndian ? byte : size - 1 - byte)))
    }
  }

  /// Replaces the next number written in digits.
  private func replaceNumber(in bytes: inout [UInt8], from place: Int, using random: inout CounterGenerator) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let start = bytes[place...].firstIndex(where: digits.contains) else { return }
    let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
    let numbers = [
      "0", "-1", "1", "65536", "2147483648", "9223372036854775807", "18446744073709551616", "1e309", "NaN",
      "0.5", "",
    ]
    bytes.replaceSubrange(start..<end, with: (numbers.randomElement(using: &random) ?? "").utf8)
  }
}
