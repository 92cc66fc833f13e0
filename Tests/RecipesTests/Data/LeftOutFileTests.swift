import Foundation
import Recipes
import Testing

struct LeftOutFileTests {
  private func leavingOut(_ table: String) throws -> (dataset: Dataset, count: Int) {
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "out.csv")
    try Data(table.utf8).write(to: file)
    return try SmallClinic.dataset().leavingOut(photographsIn: file)
  }

  @Test func namedPhotographsAreGone() throws {
    let (dataset, count) = try leavingOut(
      "rank,photograph,split\n1,P0-1,train\n2,P201-0,test\n3,P0-1,train\n")
    #expect(count == 2)
    let whole = try SmallClinic.dataset()
    #expect(
      dataset.photographs.map(\.id)
        == whole.photographs.map(\.id).filter { !["P0-1", "P201-0"].contains($0) })
    #expect(dataset.counts(in: .test).photographs == 17 && dataset.counts(in: .train).photographs == 23)
    #expect(dataset.fingerprint != whole.fingerprint)
  }

  @Test func aTableWithoutRowsNamesNone() throws {
    let (dataset, count) = try leavingOut("photograph,split,reason\n")
    #expect(count == 0)
    #expect(try dataset.fingerprint == SmallClinic.dataset().fingerprint)
  }

  @Test(arguments: [
    "photograph\nP0-2\n", "photograph,split\n\"\",train\n", "name\n", "name\nP0-0\n", "photograph\n\"P0-0\n",
  ])
  func anotherTableIsRefused(table: String) {
    #expect(throws: (any Error).self) { try leavingOut(table) }
  }
}
