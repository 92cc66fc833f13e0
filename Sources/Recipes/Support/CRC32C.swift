/// The cyclic redundancy check with Castagnoli's polynomial, as TensorFlow's files mask it.
enum CRC32C {
  /// Returns the check of some bytes.
  static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    CyclicChecksum(of: Array(bytes), .castagnoli).value
  }

  /// Returns the check of some bytes as it stands in a file.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 { masked(of(bytes)) }

  /// Returns a check as it stands in a file: rotated, plus a constant, so that the check of data that has
  /// checks in it does not degenerate.
  static func masked(_ crc: UInt32) -> UInt32 { (crc >> 15 | crc << 17) &+ 0xA282_EAD8 }
}
