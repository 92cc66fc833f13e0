/// The checksums in the list of a zip archive's files.
enum ZipChecksums {
  /// The archive with a checksum of 0, which means none, for every file.
  static func erased(_ archive: [UInt8]) -> [UInt8] {
    var bytes = archive
    for place in bytes.indices.dropLast(46) where bytes[place...].starts(with: [0x50, 0x4B, 1, 2]) {
      for index in 0..<4 { bytes[place + 16 + index] = 0 }
    }
    return bytes
  }
}
