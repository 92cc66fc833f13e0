#if canImport(ImageIO)
  import Accelerate
  import CoreGraphics
  import Foundation
  import ImageIO

  /// Image decoding by macOS's ImageIO.
  enum SystemDecoder {
    /// Decodes an image to 8 bits per channel, with the file's channels.
    static func samples(_ file: [UInt8], format name: String) throws(ImageError) -> EightBitImage {
      guard let source = CGImageSourceCreateWithData(Data(file) as CFData, nil),
        let picture = CGImageSourceCreateImageAtIndex(source, 0, nil),
        CGImageSourceGetStatusAtIndex(source, 0) == .statusComplete
      else { throw .damaged(format: name, reason: "ImageIO cannot decode it") }
      let isGrey = picture.colorSpace?.model == .monochrome
      let hasAlpha = ![.none, .noneSkipFirst, .noneSkipLast].contains(picture.alphaInfo)
      // The image is declared to be in the target color space, so that stored values are not converted.
      guard let own = CGColorSpace(name: isGrey ? CGColorSpace.linearGray : CGColorSpace.sRGB),
        let rgb = CGColorSpace(name: isGrey ? CGColorSpace.linearSRGB : CGColorSpace.sRGB),
        let layout = vImage_CGImageFormat(
          bitsPerComponent: 8, bitsPerPixel: 32, colorSpace: rgb,
          bitmapInfo: CGBitmapInfo(rawValue: CGImageAlphaInfo.last.rawValue)),
        var buffer = try? vImage_Buffer(cgImage: picture.copy(colorSpace: own) ?? picture, format: layout),
        let start = buffer.data
      else { throw .damaged(format: name, reason: "ImageIO decodes it to an unusual layout") }
      defer { buffer.free() }
      let chosen = (isGrey ? [0] : [0, 1, 2]) + (hasAlpha ? [3] : [])
      var values: [UInt8] = []
      values.reserveCapacity(picture.width * picture.height * chosen.count)
      for row in 0..<picture.height {
        let bytes = UnsafeRawBufferPointer(start: start + row * buffer.rowBytes, count: 4 * picture.width)
        for column in 0..<picture.width {
          for channel in chosen { values.append(bytes[4 * column + channel]) }
        }
      }
      return EightBitImage(
        width: picture.width, height: picture.height, channels: chosen.count, bytes: values)
    }
  }
#endif
