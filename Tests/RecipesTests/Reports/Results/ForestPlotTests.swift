import Testing

@testable import Recipes

@Suite struct ForestPlotTests {
  private func plot(_ intervals: [Interval], reference: Double? = nil) -> ForestPlot {
    ForestPlot(
      id: "plot", title: "AUC",
      rows: intervals.enumerated().map { ForestPlot.Row(label: "branch \($0)", interval: $1) },
      axis: ChartAxis("AUC"), reference: reference)
  }

  @Test func placesFollowTheScale() throws {
    let figure = plot([Interval(value: 0.5, low: 0.25, high: 0.75), Interval(value: 0.75, low: 0.5, high: 1)])
      .figure
    let points = figure.drawing.all("circle").compactMap { Double($0.attributes["cx"] ?? "") }
    let ends = figure.drawing.all("path").filter { $0.attributes["class"] == "line" }.map { path in
      (path.attributes["d"] ?? "").matches(of: /[ML]([0-9.]+)/).compactMap { Double($0.output.1) }
    }
    try #require(points.count == 2 && ends.allSatisfy { $0.count == 6 })
    // 0.5 is in the middle between 0.25 and 0.75, which are where the second has its value.
    #expect(abs((ends[0][0] + ends[0][1]) / 2 - points[0]) <= 0.15)
    #expect(ends[0][1] == points[1])
    #expect(abs(ends[1][0] - points[0]) <= 0.15)
    #expect(ends[0][0] < points[0] && points[0] < points[1] && points[1] < ends[1][1])
  }

  @Test func everythingIsInsideAndInTheTable() {
    let intervals = [
      Interval(value: 0.123_456, low: -0.5, high: 0.9), Interval(value: .nan, low: .nan, high: .nan),
      Interval(value: 1, low: .nan, high: .nan), Interval(value: 0, low: 0, high: 0),
    ]
    let figure = plot(intervals, reference: 0).figure
    #expect(outside([figure.markup]) == [])
    #expect(figure.drawing.all("circle").count == 3)
    #expect(
      [figure.markup].rows == [
        ["branch 0", "0.123 [−0.500, 0.900]"], ["branch 1", "undefined"], ["branch 2", "1.000 [undefined]"],
        ["branch 3", "0.000 [0.000, 0.000]"],
      ])
  }

  @Test func repetitionsAreSmallPointsOfTheSameScale() {
    let row = ForestPlot.Row(
      label: String(repeating: "long ", count: 30), interval: Interval(value: 0.5, low: 0.4, high: 0.6),
      repetitions: [0.45, .nan, 0.55])
    let figure = ForestPlot(id: "p", title: "t", rows: [row], axis: ChartAxis("t")).figure
    let circles = figure.drawing.all("circle").map { Double($0.attributes["cx"] ?? "") ?? 0 }
    #expect(circles.count == 3)
    #expect(abs((circles[0] + circles[1]) / 2 - circles[2]) < 0.2)
    #expect(outside([figure.markup]) == [])
    #expect(figure.drawing.all("title").map { $0.attributes.count } == [0])
  }

  @Test func aPlotOfNothingIsDrawn() {
    #expect(outside([plot([Interval(value: .nan, low: .nan, high: .nan)]).figure.markup]) == [])
    #expect(outside([plot([]).figure.markup]) == [])
  }
}
