import Foundation
import Recipes
import Testing

private func dataset(_ manifest: URL, printing print: (Any) -> Void) throws -> Dataset {
  let reading = try Dataset.reading(manifest)
  print(reading.summary)
  for problem in reading.problems { print(problem) }
  let dataset = try reading.dataset.split(seed: 0, validation: 0.2, test: 0.2)
  return dataset
}

private let table = """
  image,patient,label,split
  a/1.ppm,P1,mole,train
  a/2.ppm,P1,,
  a/3.ppm,P2,wart,test
  """

private let faulty = """
  a/4.ppm,,wart,
  a/1.ppm,P1,mole,train
  a/9.ppm,P3,wart,
  """

/// The statements of the article, on tables of six photographs.
struct YourDataTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")

  private func manifest(_ text: String) throws -> URL {
    let photographs = folder.appending(path: "a")
    try FileManager.default.createDirectory(at: photographs, withIntermediateDirectories: true)
    for number in 1...6 {
      let bytes = [UInt8]("P6 1 1 255\n".utf8) + [UInt8(number), 40, 120]
      try Data(bytes).write(to: photographs.appending(path: "\(number).ppm"))
    }
    let file = folder.appending(path: "manifest.csv")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file
  }

  @Test func aTableIsReadWithItsSplits() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let reading = try Dataset.reading(manifest(table))
    #expect(reading.problems.isEmpty)
    #expect(reading.hasSplits)
    #expect(reading.dataset.splits == [.train, .train, .test])
    #expect(reading.dataset.photographs.map(\.label) == [0, nil, 1])
  }

  @Test func rowsWithProblemsAreLeftOut() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = try manifest(table + "\n" + faulty)
    let reading = try Dataset.reading(file)
    let said = """
      row 5, column patient: no patient is named; write whom the photograph shows, or its own name if nobody knows.
      row 6, column image: a/1.ppm is already in row 2; delete one of the two.
      row 7, column image: there is no file a/9.ppm; correct the path, capitals included, or delete the row.
      """
    #expect(reading.problems.map(\.description).joined(separator: "\n") == said)
    #expect(reading.dataset.photographs.count == 3)
    #expect(throws: ManifestError.self) { try Dataset.reading(file, strict: true) }
  }

  @Test func aPatientInTwoSplitsIsRefused() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let rows = "image,patient,label,split\na/1.ppm,P7,mole,train\na/2.ppm,p7,mole,test\n"
    let file = try manifest(rows)
    let error = #expect(throws: DataError.self) { try Dataset.reading(file) }
    let said = """
      patient P7 or p7 has photographs in both train and test
      """
    #expect(error?.description.hasPrefix(said) == true, "\(String(describing: error))")
  }

  @Test func aPhotographWithTwoLabelsIsRefused() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = try manifest("image,patient,label\na/1.ppm,P1,mole\na/1.ppm,P1,wart\n")
    let error = #expect(throws: ManifestError.self) { try Dataset.reading(file) }
    guard case .contradictions? = error else { Issue.record("\(String(describing: error))"); return }
    let nothing = try manifest("image,patient,label\nb.ppm,P1,mole\n")
    #expect(throws: ManifestError.self) { try Dataset.reading(nothing) }
  }

  @Test func splitsAreOfPatients() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let rows = (1...6).map {
      "a/\($0).ppm,\(["P1", "p01", "P2", "P3", "P4", "P5"][$0 - 1]),\($0 < 6 ? "mole" : "")"
    }
    var printed: [String] = []
    let divided = try dataset(
      manifest((["image,patient,label"] + rows).joined(separator: "\n")),
      printing: { printed.append("\($0)") })
    #expect(divided.splits[0] == divided.splits[1])
    #expect(divided.splits[5] == .train)
    #expect(Set(divided.splits) == [.train, .validation, .test])
    #expect(printed.count == 2)
    let file = folder.appending(path: "splits.csv")
    try divided.writeSplits(to: file)
    #expect(
      try Dataset.reading(folder.appending(path: "manifest.csv")).dataset.splitting(by: file).splits
        == divided.splits)
  }

  @Test func aFolderHasClassesAndNoPatients() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let pictures = folder.appending(path: "pictures")
    for (number, name) in ["mole/1.ppm", "wart/2.ppm", "unlabelled/3.ppm"].enumerated() {
      let file = pictures.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data([UInt8]("P6 1 1 255\n".utf8) + [UInt8(number), 9, 9]).write(to: file)
    }
    let dataset = try Dataset.reading(pictures).dataset
    #expect(dataset.classes == ["mole", "wart"])
    #expect(Set(dataset.photographs.map(\.patient)).count == 3)
    #expect(dataset.photographs.count { $0.label == nil } == 1)
  }
}
