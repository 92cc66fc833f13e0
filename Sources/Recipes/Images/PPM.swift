import Foundation

extension Image {
  /// The picture in a binary PPM file (`P6`), `[height, width, 3]`.
  ///
  /// - Throws: `PPMError` when the file is none, `FileError` when it cannot be read.
  public init(ppmFile file: URL) throws {
    let data: Data
    do { data = try Data(contentsOf: file) } catch {
      throw FileError.unreadable(file: file.path, reason: FileError.reason(of: error))
    }
    try self.init(ppm: data)
  }

  /// The picture in the bytes of a binary PPM file, `[height, width, 3]`.
  ///
  /// - Throws: `PPMError` when the bytes are no such file.
  public init(ppm data: Data) throws(PPMError) {
    var header = PPMHeader(data.prefix(PPMHeader.longest))
    guard header.skipMagic() else { throw .noBinaryPPM }
    guard let width = header.number(), let height = header.number(), let maximum = header.number(),
      header.skipSpace()
    else { throw .brokenHeader }
    guard (1...255).contains(maximum) else { throw .wrongMaximum(maximum) }
    let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
    let (count, overflowsToo) = pixels.multipliedReportingOverflow(by: 3)
    let bytes = data.dropFirst(header.count)
    guard width > 0, height > 0 else { throw .noPixels(width: width, height: height) }
    guard !overflows, !overflowsToo, bytes.count >= count else {
      throw .tooShort(width: width, height: height, bytes: bytes.count)
    }
    let values = [Float](unsafeUninitializedCapacity: count) { values, filled in
      let scale = Float(maximum)
      bytes.withUnsafeBytes { bytes in
        for i in 0..<count { values[i] = min(Float(bytes[i]) / scale, 1) }
      }
      filled = count
    }
    self.init(width: width, height: height, channels: 3, pixels: values)
  }
}

/// Why bytes are no picture that can be read.
public enum PPMError: Error, Equatable, CustomStringConvertible {
  /// The file does not begin as one does.
  case noBinaryPPM
  /// Width, height and largest value do not follow.
  case brokenHeader
  /// The values have more than eight bits, or none.
  case wrongMaximum(Int)
  /// There is nothing in the picture.
  case noPixels(width: Int, height: Int)
  /// There are fewer bytes than pixels need.
  case tooShort(width: Int, height: Int, bytes: Int)

  /// One sentence: what is wrong, and what to do.
  public var description: String {
    switch self {
    case .noBinaryPPM:
      "it does not begin with P6 as a binary PPM file does; convert it to one"
    case .brokenHeader:
      "its header does not give a width, a height and a largest value; write the file again"
    case .wrongMaximum(let maximum):
      "its largest value is \(maximum) where 1 to 255 can be read; convert it to 8 bits a channel"
    case .noPixels(let width, let height):
      "it is \(width) pixels wide and \(height) high; remove it or write it again"
    case .tooShort(let width, let height, let bytes):
      "\(width) by \(height) pixels need three bytes each, but \(bytes) follow its header; write the file again"
    }
  }
}

/// Reads the header: numbers between white space and comments.
private struct PPMHeader {
  /// How many bytes it has at most; comments are short.
  static let longest = 4096
  /// The bytes read so far.
  private(set) var count = 0
  private let bytes: [UInt8]

  init(_ bytes: Data) { self.bytes = [UInt8](bytes) }

  private var next: UInt8? { count < bytes.count ? bytes[count] : nil }

  mutating func skipMagic() -> Bool {
    guard bytes.starts(with: Array("P6".utf8)) else { return false }
    count = 2
    return true
  }

  /// The number after white space and comments, if it is one of at most nine digits.
  mutating func number() -> Int? {
    let start = count
    while let byte = next, isSpace(byte) || byte == UInt8(ascii: "#") {
      if byte == UInt8(ascii: "#") { while let byte = next, byte != UInt8(ascii: "\n") { count += 1 } }
      if next != nil { count += 1 }
    }
    guard count > start else { return nil }
    var digits = ""
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits.count < 10 {
      digits.append(Character(UnicodeScalar(byte)))
      count += 1
    }
    return digits.count < 10 ? Int(digits) : nil
  }

  /// Skips the one byte of white space that ends the header.
  mutating func skipSpace() -> Bool {
    guard let byte = next, isSpace(byte) else { return false }
    count += 1
    return true
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
