import Foundation
import Recipes
import Testing

@Suite struct SplitFileTests {
  private let scratch: ScratchFolder
  private let file: URL

  init() throws {
    scratch = try ScratchFolder()
    file = scratch.url.appending(path: "splits.csv")
  }

  private func data(_ patients: [String]) throws -> Dataset {
    try Dataset(
      patients.flatMap { [photograph("\($0)/1", of: $0, label: 0), photograph("\($0)/2", of: $0)] },
      classes: ["x"], source: "test")
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let names = ["P1", "Müller, \"J\"", "a;b", " b ", "line\nbreak", "P6", "P7", "P8"]
    let data = try data(names.map { $0.trimmingCharacters(in: .whitespaces) })
      .split(seed: 3, validation: 0.25, test: 0.25)
    try data.writeSplits(to: file)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.hasPrefix("patient,split\nP1,"))
    #expect(text.contains("\n\"Müller, \"\"J\"\"\","))
    let plain = try Dataset(data.photographs, classes: ["x"], source: "test")
    #expect(plain.fingerprint != data.fingerprint)
    #expect(try plain.splitting(by: file).fingerprint == data.fingerprint)
  }

  @Test(
    arguments: [
      ("P1,train\nP2,test\nP3,val\nP9,train\nP8,test\n", "names patients that the dataset has not: P9, P8;"),
      ("P1,train\nP2,test\n", "names not patients that it has: P3;"),
      (
        "P1,train\nP2,test\nP4,train\n",
        "names patients that the dataset has not: P4; and not patients that it has: P3;"
      ),
    ])
  func tellsWhichPatientsDiffer(_ rows: String, _ told: String) throws {
    try Data("patient,split\n\(rows)".utf8).write(to: file)
    let error = #expect(throws: DataError.self) { try data(["P1", "P2", "P3"]).splitting(by: file) }
    #expect(
      error?.description
        == "\(file.path) \(told) use the splits that were saved for this dataset, or split it anew")
  }

  @Test func wrongRowsAreRefused() throws {
    try Data("split,patient\ntrain,P1\nfoo,P2\ntest,\ntest\n".utf8).write(to: file)
    let error = #expect(throws: ManifestError.self) { try data(["P1", "P2"]).splitting(by: file) }
    #expect(
      error?.description == """
        \(file.path) has 3 problems:
          row 3, column split: foo is no split; write train, validation or test, or nothing.
          row 4, column patient: no patient is named; write whom the photograph shows, or its own name if nobody knows.
          row 5: the row has 1 field where the header has 2; put text that holds a separator in quotes.
        """)
    try Data("patient,split\nP1,train\nP1,test\nP2,train\nP1,train\n".utf8).write(to: file)
    let leak = #expect(throws: DataError.self) { try data(["P1", "P2"]).splitting(by: file) }
    #expect(leak?.description.hasPrefix("patient P1 has photographs in both train and test;") == true)
  }
}
