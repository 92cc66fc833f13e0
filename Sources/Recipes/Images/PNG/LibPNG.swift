#if !canImport(ImageIO)
  import Foundation

  /// PNG decoding by libpng's simplified interface (http://www.libpng.org), version 1.6.
  struct LibPNG: Sendable {
    private let beginRead: @Sendable @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer?, Int) -> Int32
    private let finishRead:
      @Sendable @convention(c) (
        UnsafeMutableRawPointer, UnsafeRawPointer?, UnsafeMutableRawPointer?, Int32, UnsafeMutableRawPointer?
      ) -> Int32
    private let free: @Sendable @convention(c) (UnsafeMutableRawPointer) -> Void

    /// `png_image`. The library clears the size compiled into it, so the trailing bytes are part of the
    /// structure.
    private struct Control {
      var opaque: UnsafeMutableRawPointer?
      var version: UInt32 = 1
      var width: UInt32 = 0
      var height: UInt32 = 0
      var format: UInt32 = 0
      var flags: UInt32 = 0
      var colorMapEntries: UInt32 = 0
      var warningOrError: UInt32 = 0
      var message: InlineArray<64, UInt8> = .init(repeating: 0)
      var padding: UInt32 = 0

      static let size = MemoryLayout<UnsafeRawPointer>.size + 7 * 4 + 64 + 4

      /// The library's error message.
      var text: String {
        let bytes = message.indices.map { message[$0] }.prefix { $0 != 0 }
        return bytes.isEmpty ? "its decoder does not say how" : String(decoding: bytes, as: UTF8.self)
      }
    }

    private static let loaded = Result { () throws(ImageError) in try LibPNG() }

    private init() throws(ImageError) {
      contract(MemoryLayout<Control>.size == Control.size, "png_image is laid out in another way")
      let library = try DynamicLibrary("libpng16.so.16", package: "libpng16-16", decodes: "PNG")
      beginRead = try library.function("png_image_begin_read_from_memory")
      finishRead = try library.function("png_image_finish_read")
      free = try library.function("png_image_free")
    }

    /// Decodes an image to 8 bits per channel, with the file's channels.
    static func samples(_ png: PNGFile) throws(ImageError) -> EightBitImage { try loaded.get().samples(png) }

    private func samples(_ png: PNGFile) throws(ImageError) -> EightBitImage {
      var control = Control()
      // The library keeps the addresses of the control structure and of the file between its first and last
      // call.
      let decoded = withUnsafeMutablePointer(to: &control) { control in
        png.essential.withUnsafeBytes { bytes in
          defer { free(control) }
          return samples(of: bytes, width: png.header.width, height: png.header.height, control)
        }
      }
      guard let decoded else { throw .damaged(format: "PNG", reason: control.text) }
      return decoded
    }

    private func samples(
      of bytes: UnsafeRawBufferPointer, width: Int, height: Int, _ control: UnsafeMutablePointer<Control>
    ) -> EightBitImage? {
      guard beginRead(control, bytes.baseAddress, bytes.count) != 0,
        (Int(control.pointee.width), Int(control.pointee.height)) == (width, height)
      else { return nil }
      let (alpha, color, sixteenBitsAreNotLinear) = (0x01 as UInt32, 0x02 as UInt32, 0x04 as UInt32)
      control.pointee.format &= alpha | color
      control.pointee.flags |= sixteenBitsAreNotLinear
      let channels = Int(control.pointee.format) + 1
      var isDecoded = false
      let values = [UInt8](unsafeUninitializedCapacity: width * height * channels) { values, filled in
        isDecoded = finishRead(control, nil, values.baseAddress, 0, nil) != 0
        filled = isDecoded ? width * height * channels : 0
      }
      return isDecoded ? EightBitImage(width: width, height: height, channels: channels, bytes: values) : nil
    }
  }
#endif
