import Foundation
import Testing

/// The files in Fixtures/images, and what Pillow makes of them (Fixtures/make_image_fixtures.py).
struct ImageFixture: Decodable, CustomTestStringConvertible {
  let name: String
  let width: Int
  let height: Int
  let channels: Int
  /// `[height, width, channels]` values.
  let pixels: Data

  var testDescription: String { name }
  var isJPEG: Bool { name.hasSuffix(".jpg") }

  static func load() throws -> [ImageFixture] {
    let file = try #require(
      Bundle.module.url(forResource: "images", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode([ImageFixture].self, from: Data(contentsOf: file))
  }

  static func url(_ name: String) throws -> URL {
    try #require(Bundle.module.resourceURL).appending(path: "Fixtures/images/\(name)")
  }

  static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(name))) }
}

/// The decoders that this machine has, found without the code under test.
enum Decoders {
  #if canImport(ImageIO)
    static let (jpeg, png) = (true, true)
  #else
    static let jpeg = dlopen("libturbojpeg.so.0", RTLD_NOW) != nil
    static let png = dlopen("libpng16.so.16", RTLD_NOW) != nil
  #endif
}

extension Trait where Self == ConditionTrait {
  static var needsJPEG: Self { .enabled(if: Decoders.jpeg, "libturbojpeg0 is not installed") }
  static var needsPNG: Self { .enabled(if: Decoders.png, "libpng16-16 is not installed") }
}
