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
