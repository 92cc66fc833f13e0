import Foundation
import Recipes
import Testing

/// One patient is one patient, and one photograph one photograph.
@Suite struct ManifestCheckTests {
  private let folder: PhotographFolder

  init() throws { folder = try PhotographFolder((0..<24).map { "img/\($0).ppm" }) }

  private func reading(_ rows: [String]) throws -> ManifestReading {
    let table = (["image,patient,label,split"] + rows).joined(separator: "\n")
    return try Dataset.reading(folder.write(table, to: "m.csv"))
  }

  @Test(arguments: [("P7", "p7"), ("12", "12.0"), ("007", "7"), ("Anna Berg", "AnnaBerg"), ("Ｐ7", "P7")])
  func aPatientInTwoSpellingsIsSaidOrRefused(_ patient: String, _ other: String) throws {
    let reading = try reading([
      "img/0.ppm,\(patient),x,train", "img/1.ppm,\(other),x,train", "img/2.ppm,Q,x,test",
    ])
    #expect(reading.problems.map(\.fault) == [.patientSpelling(other, other: patient)])
    #expect(reading.problems.map(\.row) == [3])
    #expect(reading.skipped == 0)
    let error = #expect(throws: DataError.self) {
      try self.reading(["img/0.ppm,\(patient),x,train", "img/1.ppm,\(other),x,test"])
    }
    #expect(
      error?.description.hasPrefix("patient \(patient) or \(other) has photographs in both train and test;")
        == true)
  }

  @Test func drawnSplitsKeepSpellingsAndCopiesTogether() throws {
    try folder.write(PhotographFolder.photograph(0), to: "img/copy.ppm")
    var rows = (0..<12).flatMap { ["img/\(2 * $0).ppm,p\($0),x,", "img/\(2 * $0 + 1).ppm,P0\($0),x,"] }
    rows.append("img/copy.ppm,Z,x,")
    let data = try reading(rows).dataset
    for seed in 0..<20 as Range<UInt64> {
      let split = try data.split(seed: seed, validation: 0.3, test: 0.3)
      for patient in 0..<12 { #expect(split.splits[2 * patient] == split.splits[2 * patient + 1]) }
      #expect(split.splits[24] == split.splits[0])
      #expect(Set(split.splits).count == 3)
    }
    let file = folder.url.appending(path: "splits.csv")
    var lines = (0..<12).flatMap { ["p\($0),train", "P0\($0),train"] }
    try Data((["patient,split", "Z,test"] + lines).joined(separator: "\n").utf8).write(to: file)
    let shared = #expect(throws: DataError.self) { try data.splitting(by: file) }
    #expect(
      shared?.description.hasPrefix(
        "1 photograph is in more than one split under another name: img/0.ppm and img/copy.ppm (patients p0 and Z, "
          + "in train and test);") == true)
    lines[0] = "p0,test"
    try Data((["patient,split", "Z,test"] + lines).joined(separator: "\n").utf8).write(to: file)
    let leak = #expect(throws: DataError.self) { try data.splitting(by: file) }
    #expect(leak?.description.hasPrefix("patient p0 or P00 has photographs in both train and test;") == true)
  }

  @Test func aFileByAnotherPathIsADuplicate() throws {
    try folder.link("linked.ppm", to: "img/0.ppm")
    try folder.link("folder", to: "img")
    try FileManager.default.linkItem(
      at: folder.url.appending(path: "img/0.ppm"), to: folder.url.appending(path: "hard.ppm"))
    let names = [
      "img/../img/0.ppm", "./img/0.ppm", "img//0.ppm", "linked.ppm", "folder/0.ppm", "hard.ppm", "img/0",
      folder.url.appending(path: "img/0.ppm").path,
    ]
    let reading = try reading(["img/0.ppm,P,x,"] + names.map { "\($0),P,x," })
    #expect(reading.dataset.photographs.map(\.id) == ["img/0.ppm"])
    #expect(reading.problems.map(\.fault) == names.map { .duplicateImage($0, first: 2) })
    for name in names {
      for row in ["P,y,train", "P,x,test"] {
        let error = #expect(throws: ManifestError.self) {
          try self.reading(["img/0.ppm,P,x,train", "\(name),\(row)"])
        }
        #expect(
          error?.description.contains("\(name) (row 3) is the same photograph as img/0.ppm (row 2)") == true)
      }
    }
  }

  @Test func equalBytesAreNotedOrRefused() throws {
    try folder.write(PhotographFolder.photograph(0), to: "img/copy.ppm")
    let reading = try reading(["img/0.ppm,P,x,train", "img/copy.ppm,P,x,train", "img/1.ppm,Q,y,test"])
    #expect(reading.dataset.photographs.count == 3)
    #expect(
      reading.notes == [
        "1 photograph is an exact copy of others under another name: img/copy.ppm of img/0.ppm."
      ])
    for (row, told) in [
      ("Q,x,test", "but in test, not train."), ("P,y,train", "but labelled y, not x."),
      ("Q,y,", "but labelled y, not x."),
    ] {
      let error = #expect(throws: ManifestError.self) {
        try self.reading(["img/0.ppm,P,x,train", "img/copy.ppm,\(row)", "img/1.ppm,R,y,test"])
      }
      #expect(
        error?.description.hasSuffix(
          "says two things of 1 photograph; keep what is right:\n  img/copy.ppm (row 3) is the same photograph as "
            + "img/0.ppm (row 2), \(told)") == true)
    }
  }

  @Test func labelsInTwoSpellingsAreSaid() throws {
    let reading = try reading([
      "img/0.ppm,P0,Basal cell,", "img/1.ppm,P1,basal_cell,", "img/2.ppm,P2,1.0,", "img/3.ppm,P3,1,",
    ])
    #expect(
      reading.problems.map(\.fault) == [
        .spelling("basal_cell", other: "Basal cell"), .spelling("1", other: "1.0"),
      ])
  }

  @Test func whatIsNoFileIsAProblemOfItsRow() throws {
    try folder.link("dangling.ppm", to: "nowhere.ppm")
    try folder.link("loop.ppm", to: "loop.ppm")
    let reading = try reading(["dangling.ppm,P,x,", "loop.ppm,P,x,", "img,P,x,", "img/0.ppm,P,x,"])
    #expect(
      reading.problems.map(\.fault) == [
        .brokenLink("dangling.ppm"), .brokenLink("loop.ppm"), .notAFile("img"),
      ])
    #expect(reading.dataset.photographs.count == 1)
  }

  @Test func problemsOfARareKindComeFirst() throws {
    let rows = (0..<200).map { "img/none\($0)\(String(repeating: "n", count: 500)).ppm,P,x," }
    let reading = try reading(rows + ["img/0.ppm,P,x,", "img/1.ppm,,x,"])
    let lines = reading.summary.split(separator: "\n").drop { !$0.contains("problems") }
    #expect(lines.first == "201 problems, photographs left out: 201:")
    #expect(lines.dropFirst().first?.contains("no patient is named") == true)
    #expect(lines.last == "  and 195 more: files that are not there")
    #expect(lines.count == 8 && lines.allSatisfy { $0.count < 300 })
    let error = #expect(throws: ManifestError.self) {
      try Dataset.reading(folder.url.appending(path: "m.csv"), strict: true)
    }
    #expect(error?.description.utf8.count ?? .max < 5000)
  }
}
