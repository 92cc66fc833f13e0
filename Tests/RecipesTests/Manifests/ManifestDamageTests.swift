import Foundation
import Recipes
import Testing

// Beside the manifests are `a.ppm` to `d.ppm`.
extension BrokenFile {
  /// A manifest in which row 3 is wrong.
  fileprivate init(_ description: String, row: String, says sentence: String) {
    self.init(
      description,
      bytes: [UInt8]("image,patient,label,split\na.ppm,P1,x,train\n\(row)\nd.ppm,P4,x,test\n".utf8),
      says: sentence)
  }

  fileprivate init(_ description: String, whole: String, says sentence: String) {
    self.init(description, bytes: [UInt8](whole.utf8), says: sentence)
  }
}

@Suite struct ManifestDamageTests {
  /// Wrong rows: they are left out and listed, or all are refused.
  static let rows = [
    BrokenFile(
      "too few fields", row: "b.ppm,P2,x",
      says: "row 3: the row has 3 fields where the header has 4; put text that holds a separator in quotes."),
    BrokenFile(
      "too many fields", row: "b.ppm,P2,x, or y,test",
      says: "row 3: the row has 5 fields where the header has 4; put text that holds a separator in quotes."),
    BrokenFile(
      "no photograph", row: " ,P2,x,train",
      says: "row 3, column image: no photograph is named; write its path or delete the row."),
    BrokenFile(
      "no patient", row: "b.ppm,,x,train",
      says: "row 3, column patient: no patient is named; write whom the photograph shows, or its own name if "
        + "nobody knows."),
    BrokenFile(
      "missing file", row: "photos/b.ppm,P2,x,train",
      says:
        "row 3, column image: there is no file photos/b.ppm; correct the path, capitals included, or delete "
        + "the row."),
    BrokenFile(
      "other capitals", row: "B.ppm,P2,x,train",
      says: "row 3, column image: there is no file B.ppm; correct the path, capitals included, or delete the "
        + "row."),
    BrokenFile(
      "backslashes", row: "photos\\b.ppm,P2,x,train",
      says: "row 3, column image: there is no file photos\\b.ppm; write folders with / instead of \\, or the "
        + "file's name alone."),
    BrokenFile(
      "photograph twice", row: "./a.ppm,P1,x,train",
      says: "row 3, column image: ./a.ppm is already in row 2; delete one of the two."),
    BrokenFile(
      "unknown split", row: "b.ppm,P2,x,trian",
      says: "row 3, column split: trian is no split; write train, validation or test, or nothing."),
    BrokenFile(
      "NUL", row: "b.ppm,P2,x\0,train",
      says: "row 3, column label: the text holds a NUL byte; the file is damaged, or not a text file."),
    BrokenFile(
      "text after a quote", row: "\"b\".ppm,P2,x,train",
      says: "row 3, column image: text follows the closing quote; double a quote that is part of the text."),
    BrokenFile(
      "two mistakes", row: "b.ppm,,x,foo",
      says: "row 3, column patient: no patient is named; write whom the photograph shows, or its own name if "
        + "nobody knows.\n  row 3, column split: foo is no split; write train, validation or test, or nothing."
    ),
  ]

  /// Files that are refused, strict or not. What is said begins with the file's path.
  static let files = [
    BrokenFile(
      "empty", whole: "", says: "is empty: it should begin with the names of its columns; write it again."),
    BrokenFile(
      "header only", whole: "image,patient,label\n",
      says: "has the names of its columns but no rows: write a row for every photograph."),
    BrokenFile(
      "no column", whole: "image,patent,label\na.ppm,P1,x\n",
      says:
        "has no column \"patient\" but \"image\", \"patent\", \"label\": if \"patent\" is meant, rename it."),
    BrokenFile(
      "column twice", whole: "image,patient,label,Label\na.ppm,P1,x,y\n",
      says: "has more than one column \"label\": rename or delete the others."),
    BrokenFile(
      "an image", bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13],
      says: "is not text in UTF-8 (row 1), and no other encoding fits: save it as CSV in UTF-8."),
    BrokenFile(
      "two labels", whole: "image,patient,label\na.ppm,P1,x\na.ppm,P1,y\n",
      says:
        "says two things of 1 photograph; keep what is right:\n  a.ppm (row 3) is the same photograph as a.ppm "
        + "(row 2), but labelled y, not x."),
    BrokenFile(
      "nothing usable", whole: "image,patient,label\nz.ppm,P1,x\n",
      says:
        "has no photograph that can be used; its first problems:\n  row 2, column image: there is no file "
        + "z.ppm; correct the path, capitals included, or delete the row."),
  ]

  private let folder: PhotographFolder

  init() throws { folder = try PhotographFolder(["a.ppm", "b.ppm", "c.ppm", "d.ppm"]) }

  @Test(arguments: rows) func leavesOutAndListsAWrongRow(_ manifest: BrokenFile) throws {
    let file = try folder.write(manifest.bytes, to: "manifest.csv")
    let reading = try Dataset.reading(file)
    #expect(reading.problems.map(\.description).joined(separator: "\n  ") == manifest.sentence)
    #expect(reading.problems.allSatisfy { $0.row == 3 })
    #expect(reading.skipped == 1)
    #expect(reading.dataset.photographs.count == reading.rows - 1)
    #expect(reading.summary.hasSuffix(", photographs left out: 1:\n  \(manifest.sentence)"))
  }

  @Test(arguments: rows) func refusesAWrongRowIfStrict(_ manifest: BrokenFile) throws {
    let file = try folder.write(manifest.bytes, to: "manifest.csv")
    let error = #expect(throws: ManifestError.self) { try Dataset.reading(file, strict: true) }
    #expect(error?.description.hasPrefix(file.path + " has ") == true)
    #expect(error?.description.hasSuffix(":\n  \(manifest.sentence)") == true)
  }

  @Test(arguments: files, [false, true])
  func refusesADamagedFile(_ manifest: BrokenFile, strict: Bool) throws {
    if strict && manifest.testDescription == "nothing usable" { return }
    let file = try folder.write(manifest.bytes, to: "manifest.csv")
    let error = #expect(throws: (any Error).self) { try Dataset.reading(file, strict: strict) }
    #expect(error.map { "\($0)" } == "\(file.path) \(manifest.sentence)")
  }

  @Test(arguments: [false, true]) func refusesAPatientInTwoSplits(strict: Bool) throws {
    let file = try folder.write(
      "image,patient,label,split\na.ppm,P1,x,train\nb.ppm,P1,x,test\nc.ppm,P2,x,val\n", to: "manifest.csv")
    let error = #expect(throws: DataError.self) { try Dataset.reading(file, strict: strict) }
    #expect(error?.description.hasPrefix("patient P1 has photographs in both train and test;") == true)
  }

  @Test func saysThatThereIsNoFile() throws {
    let missing = folder.url.appending(path: "manifset.csv")
    let error = #expect(throws: FileError.self) { try Dataset.reading(missing) }
    #expect(
      error?.description
        == "\(missing.path) could not be read (No such file or directory): check the path, its permissions and what "
        + "wrote it.")
  }

  @Test func namesLabelsThatDifferInCapitals() throws {
    let file = try folder.write(
      "image,patient,label\na.ppm,P1,Nevus\nb.ppm,P2,nevus\nc.ppm,P3,nevus\nd.ppm,P4,Nevus\n",
      to: "manifest.csv")
    let reading = try Dataset.reading(file)
    #expect(reading.dataset.classes == ["Nevus", "nevus"])
    #expect(reading.skipped == 0)
    #expect(
      reading.problems.map(\.description) == [
        "row 3, column label: nevus and Nevus are two classes that differ only in capitals; write them alike if "
          + "they are one."
      ])
  }

  @Test func aLabelOutsideTheGivenClassesIsAProblemOfItsRow() throws {
    let file = try folder.write(
      "image,patient,label\na.ppm,P1,x\nb.ppm,P2,w\nc.ppm,P3,\n", to: "manifest.csv")
    let reading = try Dataset.reading(file, classes: ["y", "x"])
    #expect(reading.dataset.lines == ["a.ppm P1 x train", "c.ppm P3 - train"])
    #expect(reading.dataset.classes == ["y", "x"])
    #expect(
      reading.problems.map(\.description) == [
        "row 3, column label: w is none of the 2 classes (y, x); correct it or name it among them."
      ])
    #expect(throws: ManifestError.badClasses(["x", "x"])) { try Dataset.reading(file, classes: ["x", "x"]) }
  }

  @Test func listsTheFirstProblemsAtOnce() throws {
    let rows = (0..<30).map { "z\($0).ppm,P\($0),x\n" }.joined()
    let file = try folder.write("image,patient,label\na.ppm,P,x\n" + rows, to: "manifest.csv")
    let error = #expect(throws: ManifestError.self) { try Dataset.reading(file, strict: true) }
    let lines = error?.description.split(separator: "\n") ?? []
    #expect(lines.count == 12)
    #expect(lines.first?.hasSuffix("has 30 problems:") == true)
    #expect(lines.last == "  and 20 more: files that are not there")
  }
}
