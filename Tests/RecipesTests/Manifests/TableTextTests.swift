import Foundation
import Recipes
import Testing

/// Tables in the encodings that spreadsheets and statistics programs save.
@Suite struct TableTextTests {
  private let folder: PhotographFolder
  private let text = "image,patient,label\na.ppm,Müller,Naevus – größer\nb.ppm,O’Neill,Ekzem\n"

  init() throws { folder = try PhotographFolder(["a.ppm", "b.ppm"]) }

  private func reading(_ bytes: [UInt8]) throws -> ManifestReading {
    try Dataset.reading(folder.write(bytes, to: "m.csv"))
  }

  private func bytes(_ units: some Sequence<UInt16>, isBigEndian: Bool) -> [UInt8] {
    units.flatMap { unit in
      let (low, high) = (UInt8(unit & 255), UInt8(unit >> 8))
      return isBigEndian ? [high, low] : [low, high]
    }
  }

  @Test func unicodeIsRead() throws {
    for bytes in [
      Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8),
      [0xFF, 0xFE] + bytes(text.utf16, isBigEndian: false),
      [0xFE, 0xFF] + bytes(text.utf16, isBigEndian: true),
    ] {
      let reading = try reading(bytes)
      #expect(reading.dataset.lines == ["a.ppm Müller Naevus – größer train", "b.ppm O’Neill Ekzem train"])
      #expect(reading.notes.isEmpty)
    }
    let latin = "image,patient,label\na.ppm,P1,x\n"
    for isBigEndian in [false, true] {
      #expect(try reading(bytes(latin.utf16, isBigEndian: isBigEndian)).dataset.lines == ["a.ppm P1 x train"])
    }
  }

  @Test func windowsIsReadAndSaid() throws {
    let marks: [Unicode.Scalar: UInt8] = ["–": 0x96, "’": 0x92]
    let reading = try reading(text.unicodeScalars.map { marks[$0] ?? UInt8($0.value) })
    #expect(reading.dataset.lines == ["a.ppm Müller Naevus – größer train", "b.ppm O’Neill Ekzem train"])
    #expect(
      reading.notes == [
        "The table is not in UTF-8 and is read as Windows-1252; if letters look wrong, save it as CSV in UTF-8."
      ])
  }

  @Test(
    arguments: [
      // UTF-8 and Latin-1 in one file: one patient would be two.
      (
        [
          0x4D, 0xC3, 0xBC, 0x6C, 0x6C, 0x65, 0x72, 0x2C, 0x78, 0x0A, 0x62, 0x2E, 0x70, 0x70, 0x6D, 0x2C,
          0x4D, 0xFC, 0x2C, 0x78,
        ], 3
      ),
      ([0xCF, 0xE5, 0xF2, 0xF0, 0x2C, 0x78], 2),  // Cyrillic in Windows-1251
      ([0x96, 0xBC, 0x91, 0x4F, 0x2C, 0x78], 2),  // Shift JIS
      ([0x4D, 0x81, 0x6C, 0x2C, 0x78], 2),  // DOS
    ] as [([UInt8], Int)])
  func otherEncodingsAreRefused(_ row: [UInt8], _ line: Int) throws {
    let error = #expect(throws: CSVError.self) {
      try reading(Array("image,patient,label\na.ppm,".utf8) + row + [0x0A])
    }
    #expect(
      error?.description.hasSuffix(
        "is not text in UTF-8 (row \(line)), and no other encoding fits: save it as CSV in UTF-8.") == true)
  }

  @Test(
    arguments: [([0x1F, 0x8B, 8, 0], "gzip"), ([0xD0, 0xCF, 0x11, 0xE0], "older Excel")]
      as [([UInt8], String)])
  func otherKindsOfFilesAreNamed(_ bytes: [UInt8], _ kind: String) throws {
    let error = #expect(throws: CSVError.self) { try reading(bytes) }
    #expect(error?.description.contains(kind) == true)
    let cut = [0xFF, 0xFE] + self.bytes(text.utf16, isBigEndian: false).dropLast()
    #expect(throws: CSVError.self) { try reading(cut) }
  }
}
