/// The cyclic redundancy check with Castagnoli's polynomial, as TFRecord files mask it.
enum CRC32C {
  /// Returns the check of some bytes.
  static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    CyclicChecksum(of: Array(bytes), .castagnoli).value
  }

  /// Returns the check as it stands in a TFRecord: rotated, plus a constant, so that the check of data that
  /// has checks in it does not degenerate.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let crc = of(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}
