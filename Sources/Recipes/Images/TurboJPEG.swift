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

    /// Decodes a picture to so many eighths of its size. What the decoder merely warns of, such as a file that ends
    /// too early, is an error: it would be grey where its data are missing.
    static func samples(_ file: [UInt8], _ header: JPEG, scale: Int) throws(ImageError) -> EightBitImage {
      try loaded.get().samples(file, header, scale: scale)
    }

    private func samples(_ file: [UInt8], _ header: JPEG, scale: Int) throws(ImageError) -> EightBitImage {
      guard let handle = initDecompress() else {
        throw .damaged(format: "JPEG", reason: "there is no memory to decode it")
      }
      defer { _ = destroy(handle) }
      var (width, height, subsampling, colours) = (0 as Int32, 0 as Int32, 0 as Int32, 0 as Int32)
      guard decompressHeader(handle, file, UInt(file.count), &width, &height, &subsampling, &colours) == 0
      else {
        throw failure(of: handle)
      }
      guard (Int(width), Int(height)) == (header.width, header.height) else {
        throw .damaged(format: "JPEG", reason: "it tells two sizes")
      }
      let columns = JPEG.scaled(header.width, by: scale)
      let rows = JPEG.scaled(header.height, by: scale)
      let (stopOnWarning, limitScans, accurateDCT) = (8192 as Int32, 32768 as Int32, 4096 as Int32)
      let (rgb, grey) = (0 as Int32, 6 as Int32)
      var status: Int32 = -1
      let values = [UInt8](unsafeUninitializedCapacity: columns * rows * header.channels) { values, filled in
        status = decompress(
          handle, file, UInt(file.count), values.baseAddress, Int32(columns),
          Int32(columns * header.channels),
          Int32(rows), header.channels == 1 ? grey : rgb, stopOnWarning | limitScans | accurateDCT)
        filled = status == 0 ? columns * rows * header.channels : 0
      }
      guard status == 0 else { throw failure(of: handle) }
      return EightBitImage(width: columns, height: rows, channels: header.channels, bytes: values)
    }

    private func failure(of handle: Handle) -> ImageError {
      .damaged(
        format: "JPEG",
        reason: errorText(handle).map { String(cString: $0) } ?? "its decoder does not say how")
    }
  }
#endif
