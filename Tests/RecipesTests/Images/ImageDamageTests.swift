@testable import Recipes
import TestSupport
import Testing

/// Files that were cut off or changed: each gives a picture or an `ImageError`.
@Suite struct ImageDamageTests {
  private static let ppm = Array("P6\n# c\n2 1\n255\n".utf8) + NetpbmTests.pixels
  private static let files: [String] =
    ((try? ImageFixture.load())?.map(\.name) ?? []) + ["cmyk.jpg"]

  @Test(.needsJPEG, .needsPNG, arguments: files) func noTruncationIsTakenForAPicture(_ name: String) throws {
    let whole = try ImageFixture.bytes(name)
    for length in 0..<whole.count {
      #expect(throws: ImageError.self, "\(length) bytes") { try Image(encoded: Array(whole.prefix(length))) }
    }
  }

  @Test func noTruncatedPPMIsTakenForAPicture() throws {
    for length in 0..<Self.ppm.count {
      #expect(throws: ImageError.self) { try Image(encoded: Array(Self.ppm.prefix(length))) }
    }
    _ = try Image(encoded: Self.ppm)
  }

  @Test(.needsJPEG) func theDecodersReasonIsTold() throws {
    let jpeg = try ImageFixture.bytes("baseline-444.jpg")
    let error = try #require(throws: ImageError.self) { try Image(encoded: jpeg.dropLast(60) + []) }
    guard case .damaged(format: "JPEG", let reason) = error else { Issue.record("\(error)"); return }
    #expect(reason.contains("remature end"))
    #expect(error.description == "the JPEG is damaged (\(reason)); copy or export it again")
  }

  /// Bits of a PNG are changed with and without the checksums being made right again: without, most are found
  /// at once.
  @Test(.needsJPEG, .needsPNG, arguments: files) func changedBitsCrashNothing(_ name: String) throws {
    let whole = try ImageFixture.bytes(name)
    for mutation in 0..<300 {
      var generator = CounterGenerator(seed: 7, mutation)
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^=
          1 << UInt8.random(in: 0..<8, using: &generator)
      }
      if mutation.isMultiple(of: 2) { bytes = PNGChecksums.repaired(bytes) }
      do throws(ImageError) {
        let image = try Image(encoded: bytes, channels: mutation % 3 == 0 ? 1 : 3)
        #expect(image.pixels.allSatisfy { (0...1).contains($0) })
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  #if !canImport(ImageIO)
    @Test func aMissingLibraryNamesItsPackage() throws {
      let error = try #require(throws: ImageError.self) {
        try DynamicLibrary("libnothing.so.9", package: "libnothing9", decodes: "JPEG")
      }
      let text = error.description
      #expect(text.hasPrefix("JPEG is decoded by libnothing.so.9, which cannot be used ("))
      #expect(text.hasSuffix("); install the Debian package libnothing9"))
    }
  #endif
}
