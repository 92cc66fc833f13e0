import Foundation

/// A 64-bit hash of content that is the same in every process, unlike `Hasher`. It detects changed inputs,
/// but is not cryptographic.
struct ContentHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Adds a number.
  mutating func combine(_ value: Int) { combine(bits: UInt64(bitPattern: Int64(value))) }

  /// Adds a text and its length, so that ("ab", "c") and ("a", "bc") differ.
  mutating func combine(_ text: String) {
    combine(text.utf8.count)
    for byte in text.utf8 { combine(bits: UInt64(byte)) }
  }

  /// Adds bytes and their number, eight at a time.
  mutating func combine(_ bytes: some ContiguousBytes) {
    bytes.withUnsafeBytes { bytes in
      combine(bytes.count)
      let whole = bytes.count / 8 * 8
      for place in stride(from: 0, to: whole, by: 8) {
        combine(bits: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
      }
      for byte in bytes[whole...] { combine(bits: UInt64(byte)) }
    }
  }

  /// Adds the shape and the pixels of an image.
  mutating func combine(_ image: Image) {
    combine(image.height)
    combine(image.width)
    combine(image.channels)
    image.pixels.withUnsafeBufferPointer { pixels in
      for pixel in pixels { combine(bits: UInt64(pixel.bitPattern)) }
    }
  }

  /// The hash.
  var value: UInt64 { state }

  /// The hash as sixteen hexadecimal digits.
  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private mutating func combine(bits: UInt64) {
    state = (state ^ bits) &* 0x9E37_79B9_7F4A_7C15
    state ^= state >> 32
  }
}
