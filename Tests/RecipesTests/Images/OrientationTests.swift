import Recipes
import Testing

/// EXIF metadata in a JPEG file; that each orientation turns as Pillow does is tested with the other files.
@Suite(.needsJPEG) struct OrientationTests {
  /// TIFF metadata of one number, in either order of bytes.
  private func metadata(
    little: Bool = false, tag: Int = 0x0112, type: Int = 3, value: Int = 6, directory: Int = 8,
    entries: Int = 1
  ) -> [UInt8] {
    func number(_ value: Int, bytes: Int) -> [UInt8] {
      let shifts = (0..<bytes).map { 8 * (little ? $0 : bytes - 1 - $0) }
      return shifts.map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    return Array((little ? "II" : "MM").utf8) + number(42, bytes: 2) + number(directory, bytes: 4)
      + number(entries, bytes: 2) + number(tag, bytes: 2) + number(type, bytes: 2) + number(1, bytes: 4)
      + number(value, bytes: 2) + [0, 0] + number(0, bytes: 4)
  }

  /// Whether a picture that lies on its side stands up when it has such metadata.
  private func isTurned(_ metadata: [UInt8]) throws -> Bool {
    let file = try ImageFixture.bytes("baseline-444.jpg")
    let content = Array("Exif\0\0".utf8) + metadata
    let length = content.count + 2
    let segment: [UInt8] = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + content
    let image = try Image(encoded: Array(file.prefix(2)) + segment + file.dropFirst(2))
    return image.height > image.width
  }

  @Test func bothOrdersOfBytesAreRead() throws {
    #expect(try isTurned(metadata()))
    #expect(try isTurned(metadata(little: true)))
  }

  @Test func damagedMetadataTurnNothing() throws {
    let damaged = [
      metadata(value: 0), metadata(value: 9), metadata(tag: 0x0113), metadata(type: 2),
      metadata(directory: 0xFFFF_FFFF), metadata(directory: 25), metadata(tag: 0x0100, entries: 0xFFFF), [],
    ]
    for metadata in damaged { #expect(try !isTurned(metadata)) }
    for length in 0..<20 { #expect(try !isTurned(Array(metadata().prefix(length)))) }
  }
}
