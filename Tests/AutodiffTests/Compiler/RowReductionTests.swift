import Recipes
import Testing
import TestSupport

@testable import Autodiff

/// Reductions over rows whose results the same loop reads: in its own rows, or in the tiles of a product.
@Suite struct RowReductionTests {
  /// Shapes with rows of part of a vector, of several vectors, of as many columns as rows, and of one row too
  /// long for a block.
  private static let shapes: [Shape] = [
    [5, 7], [9, 16], [3, 130], [20, 20], [64, 33], [2, 3, 40], [2, 2048], [2, 2049],
  ]

  @Test(arguments: shapes)
  func agreesWithTheInterpreter(_ shape: Shape) throws {
    let graph = GraphBuilder(precision: .float64)
    let tape = Tape(graph)
    let x = graph.input("x", shape)
    let rows = graph.input("rows", Shape(shape.dimensions.dropLast() + [1]))
    let columns = graph.input("columns", [shape.channels])
    let (mean, variance) = x.moments(axes: [-1])
    let normalized = (x - mean) * rsqrt(variance + 1e-5) * columns + rows
    let shares = x.l2Normalized() * rows
    let centered = exp(x) * (x - (x * columns).sum(axes: [-1], keepingDimensions: true))
    let loss = (normalized * shares).sum() + (centered * columns).sum()
    let gradients = tape.gradients(of: loss, for: [x, rows, columns])
    let sums = [normalized.sum(axes: [0]), (shares * columns).sum(axes: [-1])]
    let outputs = [normalized, shares, centered, rsqrt(variance + 1e-5)] + sums + gradients
    var generator = CounterGenerator(seed: 1)
    func values(_ shape: Shape) -> Value<Double> {
      .real((0..<shape.count).map { _ in generator.normal() }, shape)
    }
    try expectAgreement(
      graph, outputs: outputs,
      inputs: ["x": values(shape), "rows": values(rows.shape), "columns": values(columns.shape)],
      tolerance: 1e-10)
  }

  @Test func agreesInTheTilesOfAProduct() throws {
    let graph = GraphBuilder(precision: .float64)
    let tape = Tape(graph)
    let (x, w) = (graph.input("x", [37, 12]), graph.input("w", [12, 24]))
    let tokens = matmul(x, w)
    let (mean, variance) = tokens.moments(axes: [-1])
    let normalized = (tokens - mean) * rsqrt(variance + 1e-5)
    let gradients = tape.gradients(of: (normalized * tokens).sum(axes: [0]).entry(1), for: [x, w])
    var generator = CounterGenerator(seed: 2)
    func values(_ count: Int) -> [Double] { (0..<count).map { _ in generator.normal() } }
    try expectAgreement(
      graph, outputs: [normalized] + gradients,
      inputs: ["x": .real(values(37 * 12), [37, 12]), "w": .real(values(12 * 24), [12, 24])],
      tolerance: 1e-10)
  }

  /// A column vector is as large as a row vector here, but is not written over it while later rows read it.
  @Test func aColumnDoesNotReplaceARow() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [300, 300])
    let row = tanh(graph.input("row", [1, 300]) * 2)
    let column = rsqrt((x * row).sum(axes: [-1], keepingDimensions: true) + 400)
    let result = (x - row) * column
    let inputs: [String: Value<Double>] = [
      "x": .real((0..<90_000).map { (index: Int) -> Double in Double(index % 97) / 97 }, [300, 300]),
      "row": .real((0..<300).map { (index: Int) -> Double in Double(index % 13) / 13 }, [1, 300]),
    ]
    try expectAgreement(graph, outputs: [result], inputs: inputs, tolerance: 1e-12)
  }
}
