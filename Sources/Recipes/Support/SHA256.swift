import Foundation

/// The secure hash algorithm with 256 bits (FIPS 180-4), by which a page tells its own scripts from others.
enum SHA256 {
  /// Returns the hash of bytes, 32 bytes.
  static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var message = Array(bytes)
    let bits = UInt64(message.count) * 8
    message.append(0x80)
    message += [UInt8](repeating: 0, count: (120 - message.count % 64) % 64)
    message += bigEndian(bits)
    var state = initial
    for start in stride(from: 0, to: message.count, by: 64) {
      state = compress(state, message[start..<(start + 64)])
    }
    return state.flatMap(bigEndian)
  }

  private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func compress(_ state: [UInt32], _ block: ArraySlice<UInt8>) -> [UInt32] {
    var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { place in
      block[place..<(place + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
    for place in 16..<64 {
      let (early, late) = (words[place - 15], words[place - 2])
      let first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
      let second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
      words.append(words[place - 16] &+ first &+ words[place - 7] &+ second)
    }
    var s = state
    for place in 0..<64 {
      let choice = s[4] & s[5] ^ ~s[4] & s[6]
      let majority = s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]
      let upper = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)
      let lower = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)
      let first = s[7] &+ upper &+ choice &+ constants[place] &+ words[place]
      s = [first &+ lower &+ majority, s[0], s[1], s[2], s[3] &+ first, s[4], s[5], s[6]]
    }
    return zip(state, s).map { $0 &+ $1 }
  }

  /// The first 32 bits of the fractional parts of the square roots of the first eight primes.
  private static let initial = primes(8).map { fraction(Double($0).squareRoot()) }

  /// Those of the cube roots of the first 64 primes.
  private static let constants = primes(64).map { fraction(cbrt(Double($0))) }

  private static func primes(_ count: Int) -> [Int] {
    let all = (2...).lazy.filter { number in !(2..<number).contains { number.isMultiple(of: $0) } }
    return Array(all.prefix(count))
  }

  // A root below seven has 50 bits after its point, more than the 32 that count.
  private static func fraction(_ root: Double) -> UInt32 { UInt32((root - root.rounded(.down)) * 0x1p32) }
}
