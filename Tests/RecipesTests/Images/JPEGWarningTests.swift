@testable import Recipes
import TestSupport
import Testing

/// What a JPEG decoder merely warns of: numbers and bytes that do not matter pass, missing data do not, even
/// behind the former.
@Suite(.needsJPEG) struct JPEGWarningTests {
  private let file: [UInt8]
  private let expected: Image

  init() throws {
    file = try ImageFixture.bytes("baseline-444.jpg")
    expected = try Image(encoded: file)
  }

  /// The place of the first marker of a kind.
  private func place(of marker: UInt8, in file: [UInt8]) throws -> Int {
    try #require(file.indices.first { file[$0] == 0xFF && file[$0 + 1] == marker })
  }

  /// The file with bytes in front of the first marker of a kind.
  private func file(with bytes: [UInt8], before marker: UInt8, in file: [UInt8]) throws -> [UInt8] {
    let place = try place(of: marker, in: file)
    return Array(file[..<place]) + bytes + file[place...]
  }

  /// The file with the three numbers at the end of its scan header as some phones write them.
  private func withOddScan(_ file: [UInt8]) throws -> [UInt8] {
    var file = file
    let scan = try place(of: 0xDA, in: file)
    let end = scan + 2 + Int(file[scan + 3])
    file.replaceSubrange((end - 3)..<end, with: [0, 0, 0])
    return file
  }

  /// The file with fewer data in its scan, and its end marker.
  private func withLessData(_ file: [UInt8]) throws -> [UInt8] {
    let end = try place(of: 0xD9, in: file)
    return Array(file[..<(end - 60)]) + file[end...]
  }

  @Test func numbersThatDoNotMatterPass() throws {
    #expect(try Image(encoded: withOddScan(file)) == expected)
    var version = file
    let jfif = try place(of: 0xE0, in: file)
    version[jfif + 9] = 2
    #expect(try Image(encoded: version) == expected)
  }

  @Test(arguments: [0xDB, 0xC0, 0xC4, 0xDA, 0xD9] as [UInt8], [1, 2, 17])
  func bytesBesidesPass(before marker: UInt8, count: Int) throws {
    let bytes = (0..<count).map { UInt8(0x20 + $0) }
    let padded = try file(with: bytes, before: marker, in: file)
    #expect(try Image(encoded: padded) == expected)
    #expect(try Image(encoded: file + bytes) == expected)
    #expect(try Image(encoded: file(with: bytes, before: marker, in: withOddScan(file))) == expected)
    #expect(try Image(encoded: file(with: [0xFF, 0xFF], before: marker, in: file)) == expected)
  }

  @Test func tablesBehindThePixelsPass() throws {
    let tables = Array(file[try place(of: 0xDB, in: file)..<place(of: 0xC0, in: file)])
    #expect(try Image(encoded: file(with: [7, 7] + tables, before: 0xD9, in: file)) == expected)
  }

  private func expectDamage(_ file: some Sequence<UInt8>) throws {
    let bytes = Array(file)
    let error = try #require(throws: ImageError.self) { try Image(encoded: bytes) }
    guard case .damaged(format: "JPEG", let reason) = error else { Issue.record("\(error)"); return }
    #expect(reason.contains("remature end"))
  }

  @Test func aPrematureEndIsDamage() throws {
    try expectDamage(file.dropLast(2))
    try expectDamage(withLessData(file))
    try expectDamage(withOddScan(file).dropLast(2))
    try expectDamage(withOddScan(withLessData(file)))
    for marker: UInt8 in [0xDB, 0xC4, 0xDA] {
      try expectDamage(withLessData(file(with: [1, 2, 3], before: marker, in: file)))
      try expectDamage(file(with: [1, 2, 3], before: marker, in: file).dropLast(2))
    }
  }

  @Test func progressivePicturesMayHaveBytesBesides() throws {
    let file = try ImageFixture.bytes("progressive.jpg")
    let expected = try Image(encoded: file)
    for marker in [0xDB, 0xC2, 0xC4, 0xDA, 0xD9] as [UInt8] {
      #expect(try Image(encoded: self.file(with: [1, 2], before: marker, in: file)) == expected)
    }
  }
}
