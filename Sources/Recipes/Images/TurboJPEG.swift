#if !canImport(ImageIO)
  import Foundation

  /// JPEG decoding by libjpeg-turbo's TurboJPEG (https://libjpeg-turbo.org), version 2.1 or later.
  struct TurboJPEG: Sendable {
    private typealias Handle = UnsafeMutableRawPointer
    private let initDecompress: @Sendable @convention(c) () -> Handle?
    private let decompressHeader:
      @Sendable @convention(c) (
        Handle, UnsafePointer<UInt8>?, UInt, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>,
        UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>
      ) -> Int32
    private let decompress:
      @Sendable @convention(c) (
        Handle, UnsafePointer<UInt8>?, UInt, UnsafeMutablePointer<UInt8>?, Int32, Int32, Int32, Int32, Int32
      ) -> Int32
    private let errorText: @Sendable @convention(c) (Handle) -> UnsafePointer<CChar>?
    private let destroy: @Sendable @convention(c) (Handle) -> Int32

    private static let loaded = Result { () throws(ImageError) in try TurboJPEG() }

    private init() throws(ImageError) {
      let library = try DynamicLibrary("libturbojpeg.so.0", package: "libturbojpeg0", decodes: "JPEG")
      initDecompress = try library.function("tjInitDecompress")
      decompressHeader = try library.function("tjDecompressHeader3")
      decompress = try library.function("tjDecompress2")
      errorText = try library.function("tjGetErrorStr2")
      destroy = try library.function("tjDestroy")
    }

    /// Decodes an image at a scale in eighths. Decoder warnings are errors, such as truncated data, for which
    /// missing parts would be gray.
    static func samples(_ file: JPEG, scale: Int) throws(ImageError) -> EightBitImage {
      try loaded.get().samples(file, scale: scale)
    }

    private func samples(_ file: JPEG, scale: Int) throws(ImageError) -> EightBitImage {
      guard let handle = initDecompress() else {
        throw .damaged(format: "JPEG", reason: "there is no memory to decode it")
      }
      defer { _ = destroy(handle) }
      let (header, bytes) = (file.header, file.essential)
      var (width, height, subsampling, colors) = (0 as Int32, 0 as Int32, 0 as Int32, 0 as Int32)
      guard decompressHeader(handle, bytes, UInt(bytes.count), &width, &height, &subsampling, &colors) == 0
      else {
        throw failure(of: handle)
      }
      guard (Int(width), Int(height)) == (header.width, header.height) else {
        throw .damaged(format: "JPEG", reason: "it tells two sizes")
      }
      let columns = JPEGHeader.scaled(header.width, by: scale)
      let rows = JPEGHeader.scaled(header.height, by: scale)
      let count = columns * rows * header.channels
      let (limitScans, accurateDCT) = (32768 as Int32, 4096 as Int32)
      let (rgb, gray) = (0 as Int32, 6 as Int32)
      var isDecoded = false
      let values = [UInt8](unsafeUninitializedCapacity: count) { values, filled in
        let status = decompress(
          handle, bytes, UInt(bytes.count), values.baseAddress, Int32(columns),
          Int32(columns * header.channels),
          Int32(rows), header.channels == 1 ? gray : rgb, limitScans | accurateDCT)
        isDecoded = status == 0 || hasOnlySpareBytes(handle)
        filled = isDecoded ? count : 0
      }
      guard isDecoded else { throw failure(of: handle) }
      return EightBitImage(width: columns, height: rows, channels: header.channels, bytes: values)
    }

    /// Returns whether the only warning is about bytes between the last scan's data and the end marker, which
    /// some cameras write and all programs accept. The decoder reports its first warning, and there are none
    /// after the end marker.
    private func hasOnlySpareBytes(_ handle: Handle) -> Bool {
      text(of: handle)?.hasSuffix("extraneous bytes before marker 0xd9") ?? false
    }

    private func text(of handle: Handle) -> String? { errorText(handle).map { String(cString: $0) } }

    private func failure(of handle: Handle) -> ImageError {
      .damaged(format: "JPEG", reason: text(of: handle) ?? "its decoder does not say how")
    }
  }
#endif
