/// Compression and decompression by zlib (https://zlib.net), which is part of every Linux and macOS.
struct Zlib: Sendable {
  private typealias Convert =
    @Sendable @convention(c) (
      UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt>, UnsafePointer<UInt8>?, UInt
    ) -> Int32

  private let uncompress: Convert
  private let compress: Convert
  private let largestSize: @Sendable @convention(c) (UInt) -> UInt

  #if canImport(Darwin)
    private static let file = "libz.1.dylib"
  #else
    private static let file = "libz.so.1"
  #endif
  private static let loaded = Result { () throws(ImageError) in try Zlib() }

  private init() throws(ImageError) {
    let library = try DynamicLibrary(Zlib.file, package: "zlib1g", decodes: "a compressed text in a PNG")
    uncompress = try library.function("uncompress")
    compress = try library.function("compress")
    largestSize = try library.function("compressBound")
  }

  /// Returns the decompressed data, truncated at the limit or at the first damage.
  static func inflated(_ data: ArraySlice<UInt8>, atMost limit: Int) throws(ImageError) -> [UInt8] {
    let uncompress = try loaded.get().uncompress
    let capacity = min(limit, 1032 * (data.count + 1))
    return [UInt8](unsafeUninitializedCapacity: capacity) { bytes, filled in
      bytes.initialize(repeating: 0)
      var count = UInt(capacity)
      data.withUnsafeBufferPointer { data in
        _ = uncompress(bytes.baseAddress, &count, data.baseAddress, UInt(data.count))
      }
      filled = min(Int(count), capacity)
    }
  }

  /// Returns the compressed data; nil if the library is not there or there is no memory.
  static func deflated(_ data: [UInt8]) -> [UInt8]? {
    guard let zlib = try? loaded.get() else { return nil }
    let capacity = Int(zlib.largestSize(UInt(data.count)))
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { bytes, filled in
      var count = UInt(capacity)
      isWhole = zlib.compress(bytes.baseAddress, &count, data, UInt(data.count)) == 0
      filled = isWhole ? Int(count) : 0
    }
    return isWhole ? bytes : nil
  }
}
