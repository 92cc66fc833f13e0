import Foundation
import Recipes
import Testing

/// Photographs that a table names without their folder or ending.
@Suite struct PhotographFinderTests {
  private let folder: PhotographFolder

  init() throws {
    folder = try PhotographFolder(["img/a.ppm", "img/b.PPM", "parts/1/c.ppm", "parts/2/c.ppm", "d.ppm"])
  }

  private func reading(_ names: [String]) throws -> ManifestReading {
    let rows = names.enumerated().map { "\($1),P\($0),x\n" }.joined()
    return try Dataset.reading(folder.write("image,patient,label\n" + rows, to: "m.csv"))
  }

  @Test func namesAndEndingsMayBeLeftOut() throws {
    let reading = try reading(["a.ppm", "img/b", "1/c.ppm", "d"])
    #expect(reading.problems.isEmpty)
    #expect(
      try reading.dataset.photographs.indices.map { try reading.dataset.image(at: $0).width } == [1, 1, 1, 1])
    #expect(
      reading.notes == [
        "4 photographs were found by name, without a folder or an ending, such as a.ppm in "
          + "\(folder.url.path)/img/a.ppm."
      ])
  }

  @Test func aNameOfSeveralFilesIsAProblem() throws {
    let reading = try reading(["c.ppm", "d.ppm"])
    #expect(
      reading.problems.map(\.description) == [
        "row 2, column image: c.ppm may be parts/1/c.ppm, parts/2/c.ppm; write the path of the one that is meant."
      ])
    try folder.write(PhotographFolder.photograph(2), to: "parts/2/c.ppm")
    #expect(try self.reading(["c.ppm", "d.ppm"]).problems.isEmpty)
  }

  @Test(arguments: ["mg/a.ppm", "../a.ppm", "/a.ppm", "A.ppm", "a.jpg", "img/c.ppm", "img", "a.pp"])
  func otherNamesAreNotGuessed(_ name: String) throws {
    let reading = try reading([name, "d.ppm"])
    #expect(reading.problems.count == 1 && reading.dataset.photographs.map(\.id) == ["d.ppm"])
  }
}
