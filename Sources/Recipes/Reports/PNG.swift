import Foundation

/// An error for an image that cannot be written as PNG because of its channels.
public struct UnsupportedChannels: Error, Equatable, CustomStringConvertible {
  /// The number of channels of the image.
  public let channels: Int

  /// A sentence: what is wrong and what to do.
  public var description: String {
    "an image of \(channels) channels cannot be written as a picture;"
      + " choose one of them for gray or three for color"
  }
}

extension Image {
  /// Returns the image as a PNG file of 8 bits per channel, gray for one channel and color for three. Values
  /// are rounded to the nearest of 256 levels. It is compressed if zlib is there.
  ///
  /// - Throws: `UnsupportedChannels` for any other number of channels.
  public func png() throws(UnsupportedChannels) -> Data {
    guard channels == 1 || channels == 3 else { throw UnsupportedChannels(channels: channels) }
    let row = width * channels
    let values = EightBitImage(self).bytes
    var lines: [UInt8] = []
    lines.reserveCapacity(height * (row + 1))
    for start in stride(from: 0, to: height * row, by: max(1, row)) {
      lines.append(1)  // the filter Sub: the difference to the pixel on the left
      for place in start..<(start + row) {
        lines.append(values[place] &- (place < start + channels ? 0 : values[place - channels]))
      }
    }
    let color: UInt8 = channels == 1 ? 0 : 2
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", bigEndian(width) + bigEndian(height) + [8, color, 0, 0, 0])
    file += chunk("IDAT", Zlib.deflated(lines) ?? zlibStored(lines))
    file += chunk("IEND", [])
    return Data(file)
  }
}

private func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
  let body = Array(type.utf8) + content
  return bigEndian(content.count) + body + bigEndian(Int(CyclicChecksum(of: body).value))
}

/// Returns a zlib stream that stores the bytes uncompressed, in blocks of the maximum size.
func zlibStored(_ bytes: [UInt8]) -> [UInt8] {
  var stream: [UInt8] = [0x78, 0x01]
  var start = 0
  repeat {
    let end = min(start + 65535, bytes.count)
    let (low, high) = (UInt8((end - start) & 0xFF), UInt8((end - start) >> 8))
    stream += [end == bytes.count ? 1 : 0, low, high, ~low, ~high]
    stream += bytes[start..<end]
    start = end
  } while start < bytes.count
  return stream + bigEndian(Int(adler32(bytes)))
}

private func bigEndian(_ value: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

func adler32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  var (a, b) = (1 as UInt32, 0 as UInt32)
  for byte in bytes {
    a = (a + UInt32(byte)) % 65521
    b = (b + a) % 65521
  }
  return b << 16 | a
}
