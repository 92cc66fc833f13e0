import Testing

@testable import Recipes

@Suite struct ConfusionFigureTests {
  private static func names(_ count: Int) -> [String] {
    (0..<count).map {
      $0 == 1 ? "<b onload=\"x\">\u{202E}&'" + String(repeating: "x", count: 60) : "class \($0)"
    }
  }

  /// The counts in the cells of a drawing, by row and column.
  private func counts(_ figure: ConfusionFigure, _ drawn: Figure) -> [Int] {
    let cells = drawn.drawing.filter { part in
      if case .element("g", let attributes, _) = part { attributes.isEmpty } else { false }
    }
    let side = ConfusionDrawing(of: figure).side
    var counts = [Int](repeating: 0, count: figure.counts.count)
    let corners = cells.flatMap { $0.all("rect") }.map { rectangle in
      (Double(rectangle.attributes["x"] ?? "") ?? 0, Double(rectangle.attributes["y"] ?? "") ?? 0)
    }
    let (left, top) = (corners.map(\.0).min() ?? 0, corners.map(\.1).min() ?? 0)
    for (cell, corner) in zip(cells, corners) {
      let column = Int(((corner.0 - left) / side).rounded())
      let row = Int(((corner.1 - top) / side).rounded())
      counts[row * figure.classes.count + column] = Int(cell.text.replacing(",", with: "")) ?? -1
    }
    return counts
  }

  @Test(arguments: [1, 2, 7, 10, 11, 26])
  func cellsHaveTheCountsOfTheMatrix(classes: Int) throws {
    let predictions = try randomPredictions(samples: 400, classes: classes, seed: 3)
    let matrix = ConfusionMatrix(predictions)
    let figure = ConfusionFigure([matrix], classes: ConfusionFigureTests.names(classes))
    let drawn = figure.figure("confusion", title: "Matrix")
    #expect(counts(figure, drawn) == matrix.counts)
    #expect(outside([drawn.markup]) == [])
    let rows = [drawn.markup].rows
    #expect(rows.map { $0.dropFirst().dropLast().compactMap { Int($0) } }.flatMap(\.self) == matrix.counts)
    #expect(rows.map { $0.last.flatMap { Int($0) } } == (0..<classes).map { figure.support($0) })
  }

  @Test func repetitionsAreSummed() throws {
    let matrices = try (1...3).map {
      ConfusionMatrix(try randomPredictions(samples: 90, classes: 3, seed: UInt64($0)))
    }
    let figure = ConfusionFigure(matrices, classes: ["a", "b", "c"])
    #expect(figure.counts.reduce(0, +) == 270)
    #expect(figure[1, 2] == matrices.reduce(0) { $0 + $1[actual: 1, predicted: 2] })
  }

  @Test func cellsAreDarkerTheLargerTheirShareOfTheRow() throws {
    // Of class a 3 of 4 are right; of b none.
    let scores: [[Float]] = [[1, 0], [1, 0], [1, 0], [0, 1], [1, 0]]
    let matrix = ConfusionMatrix(try predictions(scores, [0, 0, 0, 0, 1]))
    let figure = ConfusionFigure([matrix], classes: ["a", "b"])
    let shades = figure.figure("c", title: "t").drawing.all("g")
      .compactMap { part in part.attributes["opacity"].map { "\($0) \(part.attributes["class"] ?? "")" } }
    #expect(shades == ["0.51 series-1", "0.22 series-2", "0.65 series-2"])
    #expect(
      figure.confusions.map { figure.sentence($0.actual, $0.predicted) } == [
        "a taken for b: 1 of 4 (25 %)", "b taken for a: 1 of 1 (100 %)",
      ])
  }

  @Test func aMatrixOfClassesWithoutPhotographsIsDrawn() throws {
    let figure = ConfusionFigure([], classes: ["a", "b"])
    #expect(figure.sentence(0, 0) == "a recognized: 0 of 0")
    #expect(outside([figure.markup("c", title: "t")]) == [])
  }

  @Test func namesAreInert() {
    let html = ConfusionFigure([], classes: ConfusionFigureTests.names(2)).figure("c", title: "t").markup.html
    #expect(!html.contains("<b onload") && !html.contains("\u{202E}"))
    #expect(html.contains("&lt;b onload"))
  }
}
