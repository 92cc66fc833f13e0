import Foundation

/// The checksum of a whole file, stored in the file's metadata and computed with zeros in its place.
enum Seal {
  /// The key in the metadata.
  static let key = "loupe.checksum"
  /// The placeholder while the checksum is computed.
  static let blank = String(repeating: "0", count: 16)

  /// Returns the header with the checksum replaced; nil if it has none.
  static func replacing(in header: Data, by sum: String) -> Data? {
    // In a string of the header the quotes would be escaped.
    guard let name = header.range(of: Data("\"\(key)\":\"".utf8)) else { return nil }
    let digits = name.upperBound..<name.upperBound + blank.utf8.count
    guard digits.upperBound < header.endIndex, sum.utf8.count == digits.count else { return nil }
    var header = header
    header.replaceSubrange(digits, with: Data(sum.utf8))
    return header
  }
}
