#if canImport(ImageIO)
  import CoreGraphics
  import Foundation
  import ImageIO

  /// JPEG encoding by macOS's ImageIO.
  enum SystemEncoder {
    /// Encodes a gray or color image; nil if ImageIO cannot.
    ///
    /// - Parameter quality: The quality, from 1 to 100.
    static func bytes(_ image: EightBitImage, quality: Int) -> [UInt8]? {
      let isGray = image.channels == 1
      let data = NSMutableData()
      guard let space = CGColorSpace(name: isGray ? CGColorSpace.genericGrayGamma2_2 : CGColorSpace.sRGB),
        let source = CGDataProvider(data: Data(image.bytes) as CFData),
        let picture = CGImage(
          width: image.width, height: image.height, bitsPerComponent: 8, bitsPerPixel: 8 * image.channels,
          bytesPerRow: image.width * image.channels, space: space,
          bitmapInfo: CGBitmapInfo(rawValue: CGImageAlphaInfo.none.rawValue), provider: source, decode: nil,
          shouldInterpolate: false, intent: .defaultIntent),
        let target = CGImageDestinationCreateWithData(data, "public.jpeg" as CFString, 1, nil)
      else { return nil }
      let settings = [kCGImageDestinationLossyCompressionQuality: Double(quality) / 100] as CFDictionary
      CGImageDestinationAddImage(target, picture, settings)
      return CGImageDestinationFinalize(target) ? [UInt8](data as Data) : nil
    }
  }
#endif
