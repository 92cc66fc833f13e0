import Testing

@testable import Recipes

@Suite struct ContactSheetTests {
  @Test func laysOutRowsOfDifferentImages() throws {
    let red = Image(width: 1, height: 2, pixels: [1, 0, 0, 1, 0, 0])
    let gray = Image(width: 2, height: 1, channels: 1, filledWith: 0.5)
    let sheet = try ContactSheet([[red, gray], [gray]], gutter: 1, background: 0).image()
    #expect(sheet.width == 1 + 2 + 1 + 2 + 1)
    #expect(sheet.height == 1 + 2 + 1 + 1 + 1)
    let greens = stride(from: 1, to: sheet.pixels.count, by: 3).map { sheet.pixels[$0] }
    let reds = stride(from: 0, to: sheet.pixels.count, by: 3).map { sheet.pixels[$0] }
    #expect(
      reds == [
        0, 0, 0, 0, 0, 0, 0,
        0, 1, 0, 0, 0.5, 0.5, 0,
        0, 1, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0,
        0, 0.5, 0.5, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0,
      ])
    #expect(greens == reds.map { $0 == 1 ? 0 : $0 })
  }

  @Test func refusesOtherChannels() {
    #expect(throws: UnsupportedChannels(channels: 2)) {
      try ContactSheet([[noise(height: 2, width: 2, channels: 2)]]).image()
    }
  }
}
