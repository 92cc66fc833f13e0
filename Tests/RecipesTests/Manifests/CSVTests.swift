import Foundation
@testable import Recipes
import Testing

@Suite struct CSVTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func table(_ text: String) throws -> CSV { try table([UInt8](text.utf8)) }

  private func table(_ bytes: [UInt8]) throws -> CSV {
    let file = scratch.url.appending(path: "table.csv")
    try Data(bytes).write(to: file)
    return try CSV(file: file)
  }

  private func rows(_ table: CSV) -> [[String]] {
    var rows: [[String]] = []
    table.forEachRow { row in
      rows.append(["\(row.line)"] + (0..<row.count).map { (try? row.text($0)) ?? "?" })
    }
    return rows
  }

  @Test(
    arguments: [
      ("a,b\n1,2\n3,4\n", [["2", "1", "2"], ["3", "3", "4"]]),
      ("a,b\r\n1,2\r\n3,4", [["2", "1", "2"], ["3", "3", "4"]]),
      ("a,b\r1,2\r3,4\r", [["2", "1", "2"], ["3", "3", "4"]]),
      ("\u{FEFF}a,b\n1,2", [["2", "1", "2"]]),
      ("a;b\n1,5;2", [["2", "1,5", "2"]]),
      ("a\tb\n1,5\t 2 ", [["2", "1,5", "2"]]),
      ("\"a,x;y;z\",b\n1,2", [["2", "1", "2"]]),
      ("a,b\n\"1,\n5\",2\n3,4", [["2", "1,\n5", "2"], ["4", "3", "4"]]),
      ("a,b\n\"1\r\n\r\n5\",2\r\n3,4", [["2", "1\r\n\r\n5", "2"], ["5", "3", "4"]]),
      ("a,b\n\"say \"\"ah\"\"\",\"\"\"\"\n", [["2", "say \"ah\"", "\""]]),
      ("a,b\n \"1\" , \"\"\n", [["2", "1", ""]]),
      ("a,b\n5\" ruler,2\n", [["2", "5\" ruler", "2"]]),
      ("\n\na,b\n\n1,2\n  \n3,4\n\n", [["5", "1", "2"], ["7", "3", "4"]]),
      ("a,b\n,\n1\n1,2,3", [["3", "1"], ["4", "1", "2", "3"]]),
      ("a|b\n1,5|2", [["2", "1,5", "2"]]),
      ("sep=;\na;b\n1;2", [["3", "1", "2"]]),
      ("\"sep=:\"\r\na:b\r\n1:2", [["3", "1", "2"]]),
      ("a,b,,\n1,2,,\n3,4,,,,", [["2", "1", "2", "", ""], ["3", "3", "4", "", ""]]),
      ("a,b\n1,2,,\n\"\",\u{A0}\n\"\"\n", [["2", "1", "2"]]),
      ("a,b\n1,\"first\nsecond, third\"\n3,4", [["2", "1", "first\nsecond, third"], ["4", "3", "4"]]),
      ("a,b\nMüller Straße/ä ö.jpg,日本\n", [["2", "Müller Straße/ä ö.jpg", "日本"]]),
    ])
  func readsWhatSpreadsheetsWrite(_ text: String, _ expected: [[String]]) throws {
    let table = try table(text)
    #expect(rows(table) == expected)
    #expect(try table.column("b") == 1)
  }

  @Test func namesOfColumnsAreFoundInCapitalsToo() throws {
    let table = try table(" Image ,PATIENT\n1,2")
    #expect(table.header == ["Image", "PATIENT"])
    #expect(try table.column("patient") == 1)
    #expect(try table.column(ifAny: "split") == nil)
  }

  @Test(
    arguments: [
      ("", "is empty: it should begin with the names of its columns; write it again."),
      ("\n \n", "is empty: it should begin with the names of its columns; write it again."),
      ("image,b\n\n", "has the names of its columns but no rows: write a row for every photograph."),
      (
        "image,\"b\n1,2\n",
        "has a broken quote in row 1, column 2, among the names of its columns: close it, or double a quote that is "
          + "part of the text."
      ),
      (
        "image,\"b\" c\n1,2\n",
        "has a broken quote in row 1, column 2, among the names of its columns: close it, or double a quote that is "
          + "part of the text."
      ),
      (
        "Imgae,b\n1,2",
        "has no column \"image\" but \"Imgae\", \"b\": if \"Imgae\" is meant, rename it."
      ),
      ("file,b\n1,2", "has no column \"image\" but \"file\", \"b\": add it."),
      ("image,b,IMAGE\n1,2,3", "has more than one column \"image\": rename or delete the others."),
      ("a\0b\n1,2", "is not text in UTF-8 (row 1), and no other encoding fits: save it as CSV in UTF-8."),
      (
        "PK\u{3}\u{4}",
        "is no table of text but a workbook (.xlsx, .ods) or another zip archive: save it as CSV in UTF-8."
      ),
      (
        "image,patient\n1,2",
        "has no column \"label\" but \"image\", \"patient\": add it."
      ),
    ])
  func saysWhyItIsNoTable(_ text: String, _ sentence: String) throws {
    let error = #expect(throws: CSVError.self) {
      let table = try table(text)
      _ = try table.column("image")
      _ = try table.column("label")
    }
    #expect(error?.description == "\(scratch.url.path)/table.csv \(sentence)")
  }

  @Test(
    arguments: [
      ("P1", "P1"), ("-12", "-12"), ("+1.5e3", "+1.5e3"), ("a \"b\"", "\"a \"\"b\"\"\""),
      ("\"\u{301}, x", "\"\"\"\u{301}, x\""), (" \u{301}a", "\" \u{301}a\""),
      ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"),
      ("@SUM(1;2)", "\"'@SUM(1;2)\""),
      ("'=1", "''=1"), ("'quoted'", "'quoted'"),
    ])
  func writesFieldsThatAreReadBack(_ text: String, _ field: String) throws {
    #expect(CSV.field(text).unicodeScalars.elementsEqual(field.unicodeScalars))
    let table = try table("a,b\n\(CSV.field(text)),1\n")
    var read: [String] = []
    table.forEachRow { row in
      if let text = try? row.text(0) { read.append(CSV.read(field: text)) }
    }
    #expect(read == [text.trimmingCharacters(in: CharacterSet(charactersIn: " "))])
  }

  @Test func noDamageCrashes() throws {
    let whole = [UInt8]("image,patient,\"label\"\r\n\"a,\"\"1\"\"\",P1,x\r\n\"b\nc\",P2,\"y\"\r\n".utf8)
    var random = CounterGenerator(seed: 1)
    for _ in 0..<2000 {
      var bytes = whole.prefix(Int.random(in: 0...whole.count, using: &random))
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        guard let place = bytes.indices.randomElement(using: &random) else { break }
        bytes[place] = [0, 0x0A, 0x0D, 0x22, 0x2C, 0x3B, 0xFF].randomElement(using: &random) ?? 0
      }
      do {
        let table = try table(Array(bytes))
        _ = rows(table)
      } catch let error as CSVError {
        #expect(error.description.hasPrefix(scratch.url.path))
      }
    }
  }
}
