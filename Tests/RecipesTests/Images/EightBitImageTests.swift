@testable import Recipes
import Testing

@Suite struct EightBitImageTests {
  private func bytes(of pixels: [Float]) -> [UInt8] {
    EightBitImage(Image(width: pixels.count, height: 1, channels: 1, pixels: pixels)).bytes
  }

  @Test func everyLevelComesBack() {
    let levels = Array(UInt8.min...UInt8.max)
    let image = EightBitImage(width: 64, height: 4, channels: 1, bytes: levels)
    #expect(EightBitImage(image.image).bytes == levels)
  }

  @Test func roundsToTheNearestLevel() {
    let pixels = (0...100_000).map { Float($0) / 100_000 }
    let nearest = pixels.map { UInt8(($0 * 255 + 0.5).rounded(.down)) }
    #expect(bytes(of: pixels) == nearest)
  }

  @Test func cutsOffWhatIsOutsideOrNoNumber() {
    let pixels: [Float] = [-1, -.infinity, .nan, -.leastNonzeroMagnitude, 1.001, 1e30, .infinity]
    #expect(bytes(of: pixels) == [0, 0, 0, 0, 255, 255, 255])
  }
}
