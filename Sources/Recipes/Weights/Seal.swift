import Foundation

/// The checksum of a whole file that lies in its own metadata: of all bytes, with zeros in the checksum's
/// place.
enum Seal {
  /// The key among the metadata.
  static let key = "loupe.checksum"
  /// What stands in the checksum's place while it is computed.
  static let blank = String(repeating: "0", count: 16)

  /// The beginning of a file with another checksum in the place of the one that is there; nil if none is.
  static func replacing(in header: Data, by sum: String) -> Data? {
    // Within a text of the header the quotes would be escaped.
    guard let name = header.range(of: Data("\"\(key)\":\"".utf8)) else { return nil }
    let digits = name.upperBound..<name.upperBound + blank.utf8.count
    guard digits.upperBound < header.endIndex, sum.utf8.count == digits.count else { return nil }
    var header = header
    header.replaceSubrange(digits, with: Data(sum.utf8))
    return header
  }
}
