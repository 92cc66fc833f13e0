import Foundation

/// An iterator over the segments of a JPEG file. Like decoders, it skips bytes between segments that are not
/// markers.
struct JPEGSegments {
  struct Segment {
    let marker: UInt8
    /// The marker, the length and the content; for a start of scan also its entropy-coded data.
    var whole: Range<Int>
    /// The content, without the marker and the length.
    let content: Range<Int>
  }

  private let file: [UInt8]
  private var place = 2

  /// Creates an iterator over the segments after the first marker, which has been checked.
  init(_ file: [UInt8]) { self.file = file }

  /// Returns the next segment; the one with marker 0xD9 is the last.
  mutating func next() throws(ImageError) -> Segment {
    let reader = ByteReader(file[...])
    while true {
      guard let first = reader.uint8(at: place), let second = reader.uint8(at: place + 1) else {
        throw JPEGSegments.cutOff
      }
      place += 1
      guard first == 0xFF, second != 0xFF, second != 0 else { continue }
      let start = place - 1
      place += 1
      let marker = UInt8(second)
      switch marker {
      case 0x01, 0xD0...0xD7: continue
      case 0xD8, 0xD9: return Segment(marker: marker, whole: start..<place, content: place..<place)
      default: break
      }
      guard let length = reader.uint16(at: place) else { throw JPEGSegments.cutOff }
      guard length >= 2 else { throw .damaged(format: "JPEG", reason: "a segment has \(length) bytes") }
      guard length <= file.count - place else { throw JPEGSegments.cutOff }
      let content = (place + 2)..<(place + length)
      place += length
      return Segment(marker: marker, whole: start..<place, content: content)
    }
  }

  /// Skips the entropy-coded data of a scan, which start here.
  ///
  /// - Returns: The end of the data: the next marker that is not part of them.
  mutating func skipScan() throws(ImageError) -> Int {
    let end = file.withUnsafeBytes { bytes in
      var place = place
      while let base = bytes.baseAddress, place < bytes.count,
        let found = memchr(base + place, 0xFF, bytes.count - place)
      {
        let start = UnsafeRawPointer(found) - base
        place = start + 1
        while place < bytes.count, bytes[place] == 0xFF { place += 1 }
        guard place < bytes.count else { break }
        if bytes[place] != 0, !(0xD0...0xD7).contains(bytes[place]) { return start }
        place += 1
      }
      return -1
    }
    guard end >= 0 else { throw JPEGSegments.prematureEnd }
    place = end
    return end
  }

  private static let cutOff = ImageError.damaged(format: "JPEG", reason: "it ends within its header")
  private static let prematureEnd = ImageError.damaged(
    format: "JPEG", reason: "premature end: it lacks its end marker")
}
