import Foundation
@testable import Recipes
import TestSupport
import Testing

struct LooksSectionTests {
  static let hostile =
    "<script>alert(1)</script>\" onload=\"x\u{202E}" + String(repeating: "w", count: 300)

  /// A gallery of so many photographs with names that are markup.
  func gallery(_ count: Int, classes: Int = 3, name: String = "P") throws -> Gallery {
    let picture = try Thumbnail(noise(height: 96, width: 128), side: 128)
    let names = (0..<classes).map { "\(name)-class-\($0)" }
    let items = (0..<count).map { index in
      Gallery.Item(
        name: "\(name)-\(index)", split: index < count / 4 ? .test : .train, label: index % classes,
        predicted: index % 5 == 0 ? (index + 1) % classes : index % classes, probability: 0.9,
        x: Float(index % 100) / 100, y: Float(index / 100) / Float(count / 100 + 1))
    }
    return Gallery(
      version: Gallery.currentVersion, identity: "", stage: name, classes: names, photographs: items,
      trainingCount: 2 * count, sheet: try Thumbnail(noise(height: 1920, width: 1920)),
      neighbors: [.init(query: 0, found: [count - 1, count - 2], similarities: [0.99, -0.071])],
      mistakes: [0, 5],
      explanations: [
        .init(photograph: 5, input: picture, gradCAM: picture, occlusion: picture, largestDrop: 0.5),
        .init(photograph: 6, input: picture, gradCAM: nil, occlusion: picture, largestDrop: 0),
      ],
      pictures: [0: picture, count - 1: picture], notes: ["\(name) is missing."])
  }

  /// The photographs of a gallery with columns of a manifest.
  private func table(
    of gallery: Gallery, columns: [String], _ values: (Int) -> [String]
  ) throws -> PhotographTable {
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "photographs.csv")
    let header = ["photograph", "patient", "split", "label"] + columns.map { "column:\($0)" }
    let rows = gallery.photographs.enumerated().map { index, item in
      [item.name, "p", item.split.rawValue, ""] + values(index)
    }
    try AtomicFile.write(CSV.text(of: [header] + rows), to: file)
    return try PhotographTable(contentsOf: file)
  }

  private func html(_ section: ReportSection) -> String { section.content.map(\.html).joined() }

  @Test func hasEveryPart() throws {
    let text = html(LooksSection(gallery: try gallery(40), table: nil).section)
    for part in [
      "Map", "Nearest neighbors", "Most confident mistakes", "Where decisions come from", "similarity 0.990",
      "similarity −0.071", "labelled P-class-0", "predicted P-class-1, 90.0 %", "by up to 50.0 %",
      "no patch lowers", "P is missing.", "(30 of 80 for training)",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(text.components(separatedBy: "data-m=\"").count - 1 == 40 + 3 + 2 + 2)
    // The sheet, two pictures in rows and one mistake, three and two of heat maps.
    #expect(text.components(separatedBy: "data:image/").count - 1 == 1 + 3 + 5)
  }

  @Test func leavesPhotographsOut() throws {
    let text = html(LooksSection(gallery: try gallery(40), table: nil, showsPhotographs: false).section)
    #expect(!text.contains("data:") && !text.contains("<img"))
    #expect(text.contains("P-39") && text.contains("labelled P-class-0"))
    #expect(!text.contains("Where decisions come from"))
  }

  @Test func namesAreInert() throws {
    let gallery = try gallery(40, name: LooksSectionTests.hostile)
    let table = try table(of: gallery, columns: ["<b>\(LooksSectionTests.hostile)"]) { index in
      [index.isMultiple(of: 3) ? "<i>" : "&"]
    }
    let text = html(LooksSection(gallery: gallery, table: table).section)
    for markup in ["<script", "<b>", "<i>", "\u{202E}", "\" onload"] { #expect(!text.contains(markup)) }
    #expect(text.contains("&lt;i&gt;"))
  }

  /// The page of 10,000 photographs and its pictures takes less than 20 MB.
  @Test(.needsJPEG) func tenThousandPhotographsTakeLittleRoom() throws {
    let gallery = try gallery(10_000, classes: 26, name: "ISIC_0024306.jpg of a long name")
    let section = LooksSection(gallery: gallery, table: nil).section
    #expect(html(section).utf8.count < 8_000_000)
  }

  @Test func furtherClassesAreOthers() {
    let names = (0..<30).map { "class \($0)" }
    let values: [String?] =
      names.enumerated().flatMap { [String?](repeating: $1, count: $0 + 1) } + [nil, nil]
    let coloring = MapColoring("class", values, order: names, missing: "no label")
    #expect(coloring.groups.count == 16 + 2)
    // The most frequent have marks, in their order.
    #expect(coloring.groups[0].name == "class 14")
    #expect(coloring.groups[15].name == "class 29")
    #expect(coloring.groups[16].name == "14 others")
    #expect(coloring.groups[16].count == (1...14).reduce(0, +))
    #expect(coloring.groups[17].name == "no label")
    #expect(coloring.groups[17].count == 2)
    #expect(coloring.marks.count == values.count)
    #expect(coloring.marks.last == MapColoring.none)
    #expect(coloring.groups.map(\.count).reduce(0, +) == values.count)
  }

  /// Columns of a few values are subgroups; numbers are in their order.
  @Test func columnsOfAFewValuesAreOffered() throws {
    let gallery = try gallery(100)
    let table = try table(of: gallery, columns: ["age", "lesion", "one"]) { index in
      ["\(5 * (index % 20))", "L\(index)", "1"]
    }
    let all = MapColoring.all(of: gallery, table, columns: table.attributes)
    #expect(all.map(\.title) == ["class", "split", "prediction", "age"])
    #expect(all[3].groups.first?.name == "0")
    #expect(all[3].groups[1].name == "5")
    #expect(MapColoring.all(of: gallery, table, columns: []).count == 3)
  }
}
