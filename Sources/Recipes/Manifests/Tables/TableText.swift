/// The bytes of a table converted to UTF-8 from UTF-8 with or without a byte order mark, UTF-16, or
/// Windows-1252, in which older spreadsheets save.
struct TableText {
  /// The text in UTF-8, without a byte order mark.
  let bytes: [UInt8]
  /// A note for the user about the encoding.
  private(set) var note: String?

  /// Detects the encoding and converts the bytes.
  ///
  /// - Throws: `CSVError` if the bytes are not text, or have an unknown encoding.
  init(_ bytes: [UInt8], file: String) throws(CSVError) {
    if let kind = TableText.otherKind(bytes) { throw .otherKind(file: file, kind: kind) }
    if let (isBigEndian, start) = TableText.isUTF16(bytes) {
      let units = stride(from: start, to: bytes.count - 1, by: 2).map { place in
        let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
        return isBigEndian ? first << 8 | second : second << 8 | first
      }
      guard bytes.count.isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) else {
        throw .notText(file: file, row: 1)
      }
      self.bytes = [UInt8](text.utf8)
      return
    }
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if TableText.isUTF8(bytes[...]) {
      self.bytes = bytes
      return
    }
    guard let decoded = TableText.windows1252(bytes) else {
      throw .notText(file: file, row: TableText.firstForeignLine(bytes))
    }
    self.bytes = decoded
    note =
      "The table is not in UTF-8 and is read as Windows-1252; if letters look wrong, save it as CSV in UTF-8."
  }

  // Returns the name of a binary format of spreadsheets and statistics programs.
  private static func otherKind(_ bytes: [UInt8]) -> String? {
    let kinds: [(start: [UInt8], name: String)] = [
      ([0x50, 0x4B, 0x03, 0x04], "a workbook (.xlsx, .ods) or another zip archive"),
      ([0xD0, 0xCF, 0x11, 0xE0], "a workbook of an older Excel (.xls)"),
      ([0x1F, 0x8B], "compressed by gzip"),
      (Array("PAR1".utf8), "a Parquet file"), (Array("%PDF".utf8), "a PDF document"),
    ]
    return kinds.first { bytes.starts(with: $0.start) }?.name
  }

  // Detects UTF-16 by its byte order mark or by zeros in every other byte, as in Latin text.
  private static func isUTF16(_ bytes: [UInt8]) -> (isBigEndian: Bool, start: Int)? {
    if bytes.starts(with: [0xFF, 0xFE]) { return (false, 2) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (true, 2) }
    let sample = bytes.prefix(1024)
    let pairs = sample.count / 2
    guard pairs >= 8 else { return nil }
    let zeros = (0..<2).map { odd in (0..<pairs).count { sample[2 * $0 + odd] == 0 } }
    if zeros[0] == 0, zeros[1] * 10 > pairs * 7 { return (false, 0) }
    if zeros[1] == 0, zeros[0] * 10 > pairs * 7 { return (true, 0) }
    return nil
  }

  private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
  }

  private static func firstForeignLine(_ bytes: [UInt8]) -> Int {
    let lines = bytes.split(separator: .lineFeed, omittingEmptySubsequences: false)
    return (lines.firstIndex { !isUTF8($0) } ?? 0) + 1
  }

  // Returns nil if there is evidence against it: bytes unused in Western text, adjacent letters as in
  // Cyrillic, Greek and Asian encodings, or a letter in UTF-8, which means mixed encodings.
  private static func windows1252(_ bytes: [UInt8]) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count + 16)
    var (foreign, neighbors) = (0, 0)
    for (place, byte) in bytes.enumerated() {
      if byte < 0x80 {
        if byte == 0 { return nil }
        decoded.append(byte)
        continue
      }
      guard let scalar = scalars[byte] else { return nil }
      decoded.append(contentsOf: String(Character(scalar)).utf8)
      foreign += 1
      let before = place > 0 ? bytes[place - 1] : 0
      if before >= 0x80 { neighbors += 1 }
      if (0xC2...0xDF).contains(before), (0x80...0xBF).contains(byte) { return nil }
    }
    return neighbors * 3 > foreign ? nil : decoded
  }

  private static let scalars: [UInt8: Unicode.Scalar] = {
    var scalars: [UInt8: Unicode.Scalar] = [:]
    for byte in UInt8(0xC0)...0xFF where byte != 0xD7 && byte != 0xF7 { scalars[byte] = Unicode.Scalar(byte) }
    for byte: UInt8 in [
      0xA0, 0xA7, 0xAA, 0xAB, 0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5, 0xB7, 0xB9, 0xBA, 0xBB, 0xBD,
    ] {
      scalars[byte] = Unicode.Scalar(byte)
    }
    let marks: [(UInt8, Unicode.Scalar)] = [
      (0x85, "…"), (0x91, "‘"), (0x92, "’"), (0x93, "“"), (0x94, "”"), (0x95, "•"), (0x96, "–"), (0x97, "—"),
    ]
    for (byte, scalar) in marks { scalars[byte] = scalar }
    return scalars
  }()
}
