/// A text in a PNG file, under a keyword: a chunk `tEXt`, `zTXt` or `iTXt`.
struct PNGText {
  let keyword: String
  private let content: ArraySlice<UInt8>
  private let isCompressed: Bool

  /// Long texts are cut off: what is looked for comes early in them.
  private static let longest = 1 << 18

  /// The text in a chunk, or nil if it is damaged.
  init?(_ chunk: String, _ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    /// What comes before the next zero, which is passed over.
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
      rest = rest.dropFirst()  // the method, of which there is one
    case "iTXt":
      isCompressed = rest.first == 1
      rest = rest.dropFirst(2)
      guard field() != nil, field() != nil else { return nil }  // its language, and the keyword in it
    default: isCompressed = false
    }
    content = rest
  }

  /// The text, or its start.
  func text() throws(ImageError) -> [UInt8] {
    isCompressed
      ? try Zlib.inflated(content, atMost: PNGText.longest) : Array(content.prefix(PNGText.longest))
  }

  /// The bytes of a profile in a text: a line with its kind, one with its length, and hexadecimal digits.
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
