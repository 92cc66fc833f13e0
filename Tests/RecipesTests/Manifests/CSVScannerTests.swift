import Foundation
import Recipes
import Testing

/// Broken quotes are a problem of their row, and every other row keeps what is its own.
@Suite struct CSVScannerTests {
  private let folder: PhotographFolder

  init() throws { folder = try PhotographFolder((1...6).map { "\($0).ppm" }) }

  private func reading(_ rows: [String], header: String = "image,patient,notes,label") throws
    -> ManifestReading
  {
    let file = try folder.write(([header] + rows).joined(separator: "\n") + "\n", to: "m.csv")
    return try Dataset.reading(file)
  }

  // Six photographs of six patients; the label is that of the row, whatever lies between. `lost` are left
  // out.
  @Test(
    arguments: [
      // A quote that the next quoted field closes, with text after it.
      (#"1.ppm,P1,"large,a"#, #"4.ppm,P4,"near the elbow",d"#, [1], 2, "closed only in row 5"),
      // The same, where the closing quote ends a field as it should.
      (#"1.ppm,P1,"large,a"#, #"4.ppm,P4,by the elbow",d"#, [1], 2, "closed only in row 5"),
      // The quoted text holds separators.
      (#"1.ppm,P1,"large, red,a"#, #"4.ppm,P4,", by the elbow",d"#, [1], 2, "closed only in row 5"),
      // Never closed.
      (#"1.ppm,P1,"large,a"#, "4.ppm,P4,,d", [1], 2, "the quote is never closed"),
      (#"1.ppm,P1,,a"#, #"4.ppm,P4,"large,d"#, [4], 5, "the quote is never closed"),
      // Inches.
      (#"1.ppm,P1,"about 2" wide",a"#, #"4.ppm,P4,5" x 3",d"#, [1], 2, "text follows the closing quote"),
      (#"1.ppm,P1,"12" x 3", red,a"#, "4.ppm,P4,,d", [1], 2, "text follows the closing quote"),
      (#"1.ppm,P1,"the \"worst\" one",a"#, "4.ppm,P4,,d", [1], 2, "text follows the closing quote"),
      // The row with the quote lacks its label, too.
      (#"1.ppm,P1,"large"#, #"4.ppm,P4,small",d"#, [1], 2, "closed only in row 5"),
      (#""1.ppm,P1,,a"#, #"4.ppm,P4,"small",d"#, [1], 2, "closed only in row 5"),
    ])
  func aBrokenQuoteLosesItsRowAlone(
    _ first: String, _ fourth: String, _ lost: [Int], _ row: Int, _ told: String
  ) throws {
    let rows = [first, "2.ppm,P2,,b", "3.ppm,P3,small,c", fourth, "5.ppm,P5,,e", "6.ppm,P6,,f"]
    for ending in ["", "7.ppm,P7,,g"] {
      let reading = try reading(rows + (ending.isEmpty ? [] : [ending]))
      let kept = (1...6).filter { !lost.contains($0) }
      #expect(reading.dataset.lines == kept.map { "\($0).ppm P\($0) \(Array("abcdef")[$0 - 1]) train" })
      let problem = try #require(reading.problems.first)
      #expect(problem.row == row && problem.description.contains(told), "\(problem)")
      #expect(throws: ManifestError.self) {
        try Dataset.reading(folder.url.appending(path: "m.csv"), strict: true)
      }
    }
  }

  @Test func theLastColumnMayHoldTheQuote() throws {
    let reading = try reading(
      [#"1.ppm,P1,a,"large"#, "2.ppm,P2,b,", #"3.ppm,P3,c,near the elbow""#, "4.ppm,P4,d,"],
      header: "image,patient,label,notes")
    #expect(reading.dataset.lines == ["2.ppm P2 b train", "3.ppm P3 c train", "4.ppm P4 d train"])
    #expect(reading.problems.map(\.row) == [2])
  }

  @Test(
    arguments: [
      "\"first line\nsecond line\"", "\"first\n\nred, round, 2 cm, itchy\"",
      "\"one\r\ntwo \"\"quoted\"\"\nthree\"",
      "\"see\n2.ppm\"",
    ])
  func linesInQuotesThatAreNoRowsAreText(_ notes: String) throws {
    for (header, row) in [
      ("image,patient,notes,label", "1.ppm,P1,\(notes),a"),
      ("image,patient,label,notes", "1.ppm,P1,a,\(notes)"),
    ] {
      let reading = try reading([row, "\"2.ppm\",\"P2\",\"b\",\"b\""], header: header)
      #expect(reading.dataset.lines == ["1.ppm P1 a train", "2.ppm P2 b train"])
      #expect(reading.problems.isEmpty)
    }
  }

  @Test func wholeRowsInQuotesAreToldOf() throws {
    let notes = "\"copied from the old table:\n2.ppm,P2,red,b\n3.ppm,P3,red,c\nend\""
    for (header, row) in [
      ("image,patient,notes,label", "1.ppm,P1,\(notes),a"),
      ("image,patient,label,notes", "1.ppm,P1,a,\(notes)"),
    ] {
      let reading = try reading([row, "4.ppm,P4,d,d"], header: header)
      #expect(reading.dataset.lines == ["1.ppm P1 a train", "4.ppm P4 d train"])
      #expect(
        reading.problems.map(\.description) == [
          "row 2: lines in quotes look like rows of the table; they are read as text of this row. Check that its "
            + "quotes are closed where they should be."
        ])
      #expect(throws: ManifestError.self) {
        try Dataset.reading(folder.url.appending(path: "m.csv"), strict: true)
      }
    }
  }

  @Test func manyBrokenQuotesTakeLittleTime() throws {
    for row in [#"1.ppm,P1,"large,a"#, #"1.ppm,P1,"""","""#, #""""1.ppm,P1,,a"#] {
      let reading = try reading([String](repeating: row, count: 50_000) + ["2.ppm,P2,,b"])
      #expect(reading.dataset.photographs.last?.patient == "P2")
    }
  }
}
