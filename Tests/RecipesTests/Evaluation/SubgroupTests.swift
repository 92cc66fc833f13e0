import Foundation
import Recipes
import Testing

@Suite struct SubgroupTests {
  /// Photographs `x0`, `x1` ... of which two each are of one patient, right where `hits` says so.
  private func scored(_ hits: [Bool]) throws -> ScoredPhotographs {
    try ScoredPhotographs(
      Predictions(
        scores: hits.flatMap { $0 ? [1, 0] as [Float] : [0, 1] }, classes: 2, labels: hits.map { _ in 0 },
        patients: hits.indices.map { "p\($0 / 2)" }),
      of: hits.indices.map { "x\($0)" }, splits: hits.map { _ in .test }, classes: ["a", "b"])
  }

  /// A table with a column of the given values for the photographs, but for empty ones.
  private func table(_ column: String, _ values: [String]) throws -> PhotographTable {
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "photographs.csv")
    let rows = values.enumerated().map { "x\($0),p\($0 / 2),test,a,\($1)" }
    try Data((["photograph,patient,split,label,column:\(column)"] + rows).joined(separator: "\n").utf8)
      .write(to: file)
    return try PhotographTable(contentsOf: file)
  }

  private func groups(_ values: [String], cuts: [Double]? = nil) throws -> [SubgroupResults.Group] {
    let scored = try scored(values.indices.map { $0 % 3 != 0 })
    let results = SubgroupResults(
      of: [scored], by: "age", in: try table("Age", values), cuts: cuts,
      bootstrap: Bootstrap(seed: 1, resamples: 20))
    return try #require(results).groups
  }

  @Test func valuesAreGroups() throws {
    let groups = try groups(["f", "m", "F", "", "f", "unknown", "m", "d"])
    #expect(groups.map(\.name) == ["f", "m", "d", "unknown"])
    #expect(groups.map(\.photographs) == [3, 2, 1, 2])
    #expect(groups.map(\.patients) == [3, 2, 1, 2])
    #expect(groups.allSatisfy { $0.isSmall })
    // Wrong are 0, 3 and 6.
    #expect(groups.map { $0[.top1]?.value } == [2.0 / 3, 0.5, 1, 0.5])
    #expect(groups[2][.top1]?.interval.low.isNaN == true)  // one patient
    #expect(groups[0][.auc]?.value.isNaN == true && groups[0][.f1] == nil)
  }

  @Test func numbersAreCutAtQuartiles() throws {
    let groups = try groups((0..<80).map { "\($0)" })
    #expect(
      groups.map(\.name) == ["below 19.75", "19.75 to below 39.5", "39.5 to below 59.25", "59.25 and above"])
    #expect(groups.map(\.photographs) == [20, 20, 20, 20] && groups.allSatisfy { $0.patients == 10 })
  }

  @Test func numbersAreCutWhereItIsSaid() throws {
    let groups = try groups(["17.9", "18", "70", "NaN", "65", "20"], cuts: [65, 18, 90])
    #expect(groups.map(\.name) == ["below 18", "18 to below 65", "65 to below 90", "unknown"])
    #expect(groups.map(\.photographs) == [1, 2, 2, 1])
  }

  @Test func fewNumbersAreValuesInOrder() throws {
    let groups = try groups((0..<80).map { "\(1 + $0 * $0 % 6)" })
    #expect(groups.map(\.name) == ["1", "2", "4", "5"])
    #expect(groups.map(\.photographs).reduce(0, +) == 80)
  }

  @Test func manyValuesAreOthers() throws {
    let groups = try groups((0..<40).map { $0 < 20 ? "site" : "place\($0)" })
    #expect(groups.count == 13 && groups[0].name == "site" && groups[12].name == "others")
    #expect(groups[12].photographs == 9 && groups[0].patients == 10 && groups[0].isSmall)
  }

  @Test func aGroupOfEnoughPatientsIsNotSmall() throws {
    #expect(try groups([String](repeating: "a", count: 40)).map(\.isSmall) == [false])
    #expect(try groups([String](repeating: "a", count: 38)).map(\.isSmall) == [true])
  }

  @Test func repetitionsHaveAMean() throws {
    let table = try table("site", ["a", "a", "b", "b"])
    let results = SubgroupResults(
      of: [try scored([true, true, false, false]), try scored([true, false, false, false])], by: "site",
      in: table, metrics: [.top1], bootstrap: Bootstrap(seed: 1, resamples: 20))
    #expect(results?.groups.map { $0[.top1]?.value } == [0.75, 0])
    #expect(results?.groups[0][.top1]?.repetitions == [1, 0.5])
    let one = try scored([true])
    #expect(SubgroupResults(of: [], by: "site", in: table, bootstrap: Bootstrap(seed: 1)) == nil)
    #expect(SubgroupResults(of: [one], by: "sex", in: table, bootstrap: Bootstrap(seed: 1)) == nil)
  }

  @Test func photographsMissingInTheTableAreUnknown() throws {
    let results = SubgroupResults(
      of: [try scored([true, true, false])], by: "site", in: try table("site", ["a"]), metrics: [.top1],
      bootstrap: Bootstrap(seed: 1, resamples: 20))
    #expect(results?.groups.map(\.name) == ["a", "unknown"])
  }
}
