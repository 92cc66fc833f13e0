import Foundation
import Testing

@testable import Recipes

struct AuditFilesTests {
  private static let names = [
    "=cmd|' /C calc'!A0", "a \"quoted\", one", "two\nlines", "inner  spaces", "<script>alert(1)</script>",
    "\u{202E}reversed", "é日本", "'apostrophe",
  ]

  func findings() throws -> AuditFindings {
    let count = AuditFilesTests.names.count
    return try Audit().findings(
      in: Features(numbers(4 * count, seed: 6).map { Float($0) }, dimensions: 4),
      of: AuditFilesTests.names.enumerated().map { place, name in
        .init(
          id: name, patient: "P\(name)", split: Split.allCases[place % 3],
          label: AuditFilesTests.names[place % 2])
      })
  }

  @Test func areReadAsWritten() throws {
    let folder = try ScratchFolder()
    let files = AuditFiles(in: folder.url.appending(path: "audit"))
    let findings = try findings()
    try files.write(findings)
    #expect(try AuditFindings(contentsOf: files.findings) == findings)
    for table in AuditTable.allCases {
      let stored = try CSV(file: files.table(table))
      #expect(stored.header == table.columns)
      let place = try #require(stored.header.firstIndex { $0.hasPrefix("photograph") })
      var names: [String] = []
      stored.forEachRow { row in
        if let text = try? row.text(place) { names.append(CSV.read(field: text)) }
      }
      let expected =
        switch table {
        case .nearDuplicates: findings.nearDuplicates.map(\.first)
        case .offTopic: findings.offTopic.map(\.photograph)
        case .labelErrors: findings.labelErrors.map(\.photograph)
        }
      #expect(names == expected.map { findings.photographs[$0].id })
    }
  }

  @Test func decisionsAreKept() throws {
    let folder = try ScratchFolder()
    let files = AuditFiles(in: folder.url)
    let findings = try findings()
    try files.write(findings)
    for table in AuditTable.allCases {
      let text = try String(contentsOf: files.table(table), encoding: .utf8)
      // The last field of the first row, and of a name over two lines.
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let row = try #require(lines.indices.dropFirst().first { lines[$0].hasSuffix(",") })
      lines[row] += "\"keep, but ask\""
      try Data(lines.joined(separator: "\n").utf8).write(to: files.table(table))
    }
    let before = try AuditTable.allCases.map { try Data(contentsOf: files.table($0)) }
    try files.write(findings)
    #expect(try AuditTable.allCases.map { try Data(contentsOf: files.table($0)) } == before)
    #expect(String(decoding: before[0], as: UTF8.self).contains("\"keep, but ask\""))
  }

  @Test func aTableWithoutRowsHasNoDecisions() throws {
    let folder = try ScratchFolder()
    let files = AuditFiles(in: folder.url)
    let findings = try findings()
    for table in AuditTable.allCases {
      try AtomicFile.write(CSV.text(of: [table.columns]), to: files.table(table))
    }
    try files.write(findings)
    let written = try AuditTable.allCases.map { try Data(contentsOf: files.table($0)) }
    try AuditFiles(in: folder.url.appending(path: "again")).write(findings)
    let again = try AuditTable.allCases.map {
      try Data(contentsOf: AuditFiles(in: folder.url.appending(path: "again")).table($0))
    }
    #expect(written == again)
  }

  @Test func anotherTableIsNotOverwritten() throws {
    let folder = try ScratchFolder()
    let files = AuditFiles(in: folder.url)
    try Data("photograph,notes\na,b\n".utf8).write(to: files.table(.offTopic))
    let error = #expect(throws: FileError.self) { try files.write(findings()) }
    #expect(error?.description.contains("its decisions would be lost; move it elsewhere") == true)
    #expect(try folder.contents == ["off-topic.csv"])
  }

  @Test(arguments: [
    "{\"version\":2}", "{}", "", "{\"version\":1,\"findings\":{}}",
  ])
  func otherFilesAreRefused(text: String) throws {
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "audit.json")
    try Data(text.utf8).write(to: file)
    #expect(throws: FileError.self) { try AuditFindings(contentsOf: file) }
  }

  @Test func photographsThatAreNotListedAreRefused() throws {
    let folder = try ScratchFolder()
    let files = AuditFiles(in: folder.url)
    try files.write(findings())
    let text = try String(contentsOf: files.findings, encoding: .utf8)
    try Data(text.replacing("\"photograph\":0", with: "\"photograph\":99").utf8).write(to: files.findings)
    #expect(throws: FileError.self) { try AuditFindings(contentsOf: files.findings) }
  }

  @Test func namesInTheReportAreInert() throws {
    let findings = try findings()
    let picture = try Thumbnail(Image(width: 4, height: 3, filledWith: 0.5), side: 4)
    let gallery = AuditGallery(pictures: [0: picture, 4: picture])
    let html = AuditSection(findings, gallery).section.content.map(\.html).joined()
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!html.contains("\u{202E}"))
    #expect(html.contains("<img"))
    let without = AuditSection(findings, AuditGallery(pictures: [:])).section.content.map(\.html).joined()
    #expect(!without.contains("<img"))
  }
}
