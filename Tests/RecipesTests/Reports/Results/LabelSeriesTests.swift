import Testing

@testable import Recipes

@Suite struct LabelSeriesTests {
  private func branches(_ list: [(name: String, share: Double?)]) throws -> [ReportBranch] {
    let scores = try randomPredictions(samples: 12, classes: 2, seed: 1)
    let results = try Results(evaluating: list.map { ($0.name, scores) }, seconds: 0, seed: 0)
    return zip(results.branches, list).map {
      ReportBranch(results: $0, test: [], validation: [], share: $1.share)
    }
  }

  @Test func branchesOfOneTrainingBelongTogether() throws {
    let series = LabelSeries.all(
      of: try branches([
        ("none", 1), ("SimCLR", 1), ("none, 10 % of labels", 0.1), ("SimCLR, 0.5 % of labels", 0.005),
        ("SimCLR, 10 % of labels", 0.1), ("alone", 1), ("old", nil), ("old, 10 % of labels", nil),
      ]))
    #expect(
      series == [
        LabelSeries(name: "none", points: [.init(share: 0.1, branch: 2), .init(share: 1, branch: 0)]),
        LabelSeries(
          name: "SimCLR",
          points: [.init(share: 0.005, branch: 3), .init(share: 0.1, branch: 4), .init(share: 1, branch: 1)]),
      ])
  }

  @Test func oneShareIsNoSeries() throws {
    #expect(LabelSeries.all(of: try branches([("a", 1), ("b", 1)])) == [])
  }

  @Test(arguments: [
    ("SimCLR, head alone, 10 % of labels", "SimCLR, head alone"), ("SimCLR (10% of the labels)", "SimCLR"),
    ("10 % of labels", "10 % of labels"), ("90 % sure", "90 % sure"),
  ])
  func namesLoseTheirShare(name: String, own: String) { #expect(LabelSeries.withoutShare(name) == own) }

  @Test(
    arguments: [
      ("labelled(train)", 1), ("labelled(train, share: 0.1)", 0.1), ("labelled(train, share: 1e-05)", 1e-05),
      ("labelled(train, share: 0)", nil), ("unlabelled", nil), ("bags", nil),
    ] as [(String, Double?)])
  func sharesAreReadFromInputs(input: String, share: Double?) {
    #expect(ReportBranch.share(of: input) == share)
  }

  @Test(arguments: [0.001, 0.1, 1.0 / 3, 1])
  func sharesAreThoseOfSelections(share: Double) {
    #expect(ReportBranch.share(of: Selection.labelled(.train, share: share).summary) == share)
  }
}
