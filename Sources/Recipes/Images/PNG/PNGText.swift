/// A text with a keyword in a PNG file: a chunk `tEXt`, `zTXt` or `iTXt`.
struct PNGText {
  let keyword: String
  private let content: ArraySlice<UInt8>
  private let isCompressed: Bool

  /// Long texts are truncated, as what is searched for is near the start.
  private static let longest = 1 << 18

  /// Reads the text in a chunk; nil if it is damaged.
  init?(_ chunk: String, _ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    /// Returns the bytes before the next zero, and skips it.
    func field() -> ArraySlice<UInt8>? {
      guard let end = rest.firstIndex(of: 0) else { return nil }
      defer { rest = rest[(end + 1)...] }
      return rest[..<end]
    }
    guard let keyword = field() else { return nil }
    self.keyword = String(decoding: keyword, as: UTF8.self)
    switch chunk {
    case "zTXt":
      isCompressed = true
      rest = rest.dropFirst()  // the compression method; there is only one
    case "iTXt":
      isCompressed = rest.first == 1
      rest = rest.dropFirst(2)
      guard field() != nil, field() != nil else { return nil }  // the language, and the translated keyword
    default: isCompressed = false
    }
    content = rest
  }

  /// Returns the text, or its start.
  func text() throws(ImageError) -> [UInt8] {
    isCompressed
      ? try Zlib.inflated(content, atMost: PNGText.longest) : Array(content.prefix(PNGText.longest))
  }

  /// Returns the bytes of a raw profile in a text: a line with its kind, one with its length, and hexadecimal
  /// digits.
  static func rawProfile(_ text: [UInt8]) -> [UInt8] {
    let newline = UInt8(ascii: "\n")
    let lines = text.split(separator: newline)
    let digits = lines.dropFirst(2).joined().lazy.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    var bytes: [UInt8] = []
    var high: Int?
    for digit in digits {
      if let first = high { bytes.append(UInt8(first << 4 | digit)) }
      high = high == nil ? digit : nil
    }
    return bytes
  }
}
