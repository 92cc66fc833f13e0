import Foundation
import Recipes
import Testing

struct PhotographTableTests {
  @Test func aTableIsReadAsItWasWritten() throws {
    let pixels = Image(width: 1, height: 1)
    let dataset = try Dataset(
      train: [
        Photograph(
          id: "=a", patient: "P,1", label: 1, attributes: ["patient": "x", "sex": "f"], image: pixels),
        Photograph(id: "b", patient: "P2", attributes: ["site": "arm\nleg"], image: pixels),
      ],
      test: [Photograph(id: "c", patient: "P3", label: 0, image: pixels)], classes: ["-", "mole"],
      source: "test")
    let table = PhotographTable(of: dataset)
    #expect(table.attributes == ["patient", "sex", "site"])
    #expect(table.rows.map(\.label) == ["mole", nil, "-"])
    #expect(table.rows.map(\.split) == [.train, .train, .test])
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "photographs.csv")
    try Data(table.table.utf8).write(to: file)
    #expect(try PhotographTable(contentsOf: file) == table)
  }

  @Test func anotherTableIsRefused() throws {
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "photographs.csv")
    for text in ["image,label\na,b\n", "photograph,patient,split,label\na,b,elsewhere,c\n"] {
      try Data(text.utf8).write(to: file)
      #expect(throws: FileError.self) { try PhotographTable(contentsOf: file) }
    }
  }
}
