#if !canImport(ImageIO)
  /// JPEG encoding by libjpeg-turbo's TurboJPEG (https://libjpeg-turbo.org).
  struct TurboJPEGEncoder: Sendable {
    private typealias Handle = UnsafeMutableRawPointer
    private let initCompress: @Sendable @convention(c) () -> Handle?
    private let largestSize: @Sendable @convention(c) (Int32, Int32, Int32) -> UInt
    private let compress:
      @Sendable @convention(c) (
        Handle, UnsafePointer<UInt8>?, Int32, Int32, Int32, Int32,
        UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<UInt>, Int32, Int32, Int32
      ) -> Int32
    private let destroy: @Sendable @convention(c) (Handle) -> Int32

    private static let loaded = Result { () throws(ImageError) in try TurboJPEGEncoder() }

    private init() throws(ImageError) {
      let library = try DynamicLibrary("libturbojpeg.so.0", package: "libturbojpeg0", decodes: "JPEG")
      initCompress = try library.function("tjInitCompress")
      largestSize = try library.function("tjBufSize")
      compress = try library.function("tjCompress2")
      destroy = try library.function("tjDestroy")
    }

    /// Encodes a gray or color image; nil if the library is not there or there is no memory.
    ///
    /// - Parameter quality: The quality, from 1 to 100.
    static func bytes(_ image: EightBitImage, quality: Int) -> [UInt8]? {
      (try? loaded.get())?.bytes(image, quality: quality)
    }

    private func bytes(_ image: EightBitImage, quality: Int) -> [UInt8]? {
      guard let handle = initCompress() else { return nil }
      defer { _ = destroy(handle) }
      let isGray = image.channels == 1
      let (width, height) = (Int32(image.width), Int32(image.height))
      let (halved, gray) = (2 as Int32, 3 as Int32)  // the subsampling of colors
      let (rgbPixels, grayPixels) = (0 as Int32, 6 as Int32)
      let (ownMemory, accurateDCT) = (1024 as Int32, 4096 as Int32)
      let capacity = Int(largestSize(width, height, isGray ? gray : halved))
      var isEncoded = false
      let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { bytes, filled in
        var (target, count) = (bytes.baseAddress, UInt(capacity))
        isEncoded =
          compress(
            handle, image.bytes, width, width * Int32(image.channels), height,
            isGray ? grayPixels : rgbPixels, &target, &count, isGray ? gray : halved, Int32(quality),
            ownMemory | accurateDCT) == 0
        filled = isEncoded ? Int(count) : 0
      }
      return isEncoded ? bytes : nil
    }
  }
#endif
