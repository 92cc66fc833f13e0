import Foundation
import Testing

@testable import Recipes

@Suite struct XYChartTests {
  private func chart(_ series: [XYChart.Series], references: [XYChart.Reference] = []) -> String {
    XYChart(
      "loss", title: "Loss", x: .count("epoch"), y: ChartAxis("loss"), series: series, references: references
    ).figure.markup.html
  }

  @Test func pointsLieWhereTheirNumbersAre() {
    let html = XYChart(
      "roc", title: "ROC", x: .fraction("x"), y: .fraction("y"),
      series: [.init("a", .line, [.init(0, 0), .init(0.5, 0.5), .init(1, 1)])]
    ).figure.markup.html
    // From the lower left to the upper right, with the middle in the middle.
    let path = html.firstMatch(
      of: /class="line" d="M([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)"/)
    let numbers = path.map { [$0.1, $0.2, $0.3, $0.4, $0.5, $0.6].compactMap { Double($0) } } ?? []
    #expect(numbers.count == 6)
    #expect(numbers.count == 6 && abs(numbers[2] - (numbers[0] + numbers[4]) / 2) < 0.11)
    #expect(numbers.count == 6 && abs(numbers[3] - (numbers[1] + numbers[5]) / 2) < 0.11)
    #expect(numbers.count == 6 && numbers[5] == 26 && numbers[1] == 244)
  }

  @Test func hasEverythingForThoseWhoDoNotSeeIt() {
    let html = chart([.init("SimCLR", .line, [.init(1, 4.5), .init(2, 3.25)])])
    #expect(html.contains("role=\"img\""))
    #expect(html.contains("aria-labelledby=\"loss-title loss-desc\""))
    #expect(html.contains("<title id=\"loss-title\">Loss</title>"))
    #expect(html.contains("SimCLR: 4.5 at epoch 1, 3.25 at 2; lowest 3.25, highest 4.5."))
    #expect(html.contains("<th scope=\"row\" class=\"number\">2</th><td class=\"number\">3.25</td>"))
  }

  @Test func numbersThatAreNotFiniteInterruptTheLine() {
    let values = [4, .nan, 3, 2, .infinity, 1]
    let html = chart([.init("a", .line, values.enumerated().map { .init(Double($0), $1) })])
    #expect(html.matches(of: /class="point"/).count == 2)
    let line = html.firstMatch(of: /class="line" d="([^"]*)"/).map { String($0.1) } ?? ""
    #expect(line.count { $0 == "M" } == 3)
    #expect(line.count { $0 == "L" } == 1)
    #expect(!html.contains("nan") && !html.contains("inf"))
  }

  @Test func manyPointsAreThinned() {
    let points = (0..<100_000).map { XYChart.Point(Double($0), Double($0 % 7)) }
    let flat = (0..<100_000).map { XYChart.Point(Double($0), 1) }
    #expect(chart([.init("flat", .line, flat)]).utf8.count < 40_000)
    let html = chart([.init("flat", .steps, flat), .init("other", .line, Array(points.prefix(1000)))])
    #expect(html.contains("(120 of 101,000 points)"))
  }

  @Test func intervalsAndReferencesAreDrawn() {
    let html = chart(
      [.init("a", .line, [.init(1, 0.5, low: 0.4, high: 0.6), .init(2, 0.6, low: 0.5, high: 0.7)])],
      references: [.init("identical embeddings", at: 4.84)])
    #expect(html.contains("class=\"band\""))
    #expect(html.contains(">identical embeddings</text>"))
    #expect(html.contains("0.5 [0.4, 0.6]"))
    #expect(!html.contains("class=\"legend\""))
  }

  @Test func namesAreInert() {
    let name = "<script>alert(1)</script>\u{202E}\u{0}\"' onload='x"
    let html = chart([.init(name, .line, [.init(1, 1)]), .init("b", .points, [.init(1, 2)])])
    #expect(!html.contains("<script"))
    #expect(!html.contains("\u{202E}") && !html.contains("\u{0}"))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(SVG.anchor("<x onload=\"1\"> É ") == "x-onload-1")
    #expect(SVG.anchor("日本") == "figure")
  }
}
