import Autodiff
import Ops
import Testing

/// Random parts of places: their sizes, how they are distributed, and what they depend on.
struct RandomSubsetTests {
  private func drawn(
    _ chosen: Int, of places: Int, rows: Int, steps: Int = 1, first: Int32 = 0, samples: Int? = nil,
    workers: Int = 2
  ) throws -> [[[Int]]] {
    let graph = GraphBuilder()
    graph.samples = samples
    let subset = graph.scoped("encoder") { graph.randomSubset(chosen, of: places, rows: rows) }
    let program = try Program(graph, outputs: [subset], workers: Workers(count: workers))
    program.setInput(GraphBuilder.RandomInput.firstSample, to: [first])
    return (0..<steps).map { _ in
      program.run()
      let values = program.value(of: subset, as: Float.self).map { Int($0) }
      return (0..<rows).map { Array(values[$0 * places..<($0 + 1) * places]) }
    }
  }

  @Test(arguments: [(0, 5), (1, 5), (3, 5), (5, 5), (49, 196)])
  func bothPartsAreAscendingAndAllPlaces(chosen: Int, places: Int) throws {
    for row in try drawn(chosen, of: places, rows: 20)[0] {
      #expect(row.sorted() == Array(0..<places))
      #expect(row.prefix(chosen).sorted() == Array(row.prefix(chosen)))
      #expect(row.dropFirst(chosen).sorted() == Array(row.dropFirst(chosen)))
    }
  }

  /// All ten pairs of five places are as likely: chi-square with 9 degrees of freedom exceeds 27.9 once in a
  /// thousand times. So are, by all 120 triples of ten places with 119 degrees, those beyond 173.6.
  @Test(arguments: [(2, 5, 10, 27.9), (3, 10, 120, 173.6)])
  func everySubsetIsAsLikely(chosen: Int, places: Int, subsets: Int, bound: Double) throws {
    let (rows, steps) = (500, 24)
    var counts: [[Int]: Int] = [:]
    for row in try drawn(chosen, of: places, rows: rows, steps: steps).joined() {
      counts[Array(row.prefix(chosen)), default: 0] += 1
    }
    #expect(counts.count == subsets)
    let expected = Double(rows * steps) / Double(subsets)
    let square = counts.values.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    #expect(square < bound)
  }

  @Test func rowsAndStepsDifferAndPartsOfABatchDoNot() throws {
    let whole = try drawn(8, of: 32, rows: 12, steps: 3, samples: 6)
    #expect(Set(whole.joined()).count == 36)
    #expect(try drawn(8, of: 32, rows: 12, steps: 3, samples: 6, workers: 1) == whole)
    // Two views of samples 4 and 5.
    let part = try drawn(8, of: 32, rows: 4, steps: 3, first: 4, samples: 2)
    #expect(part == whole.map { [$0[4], $0[5], $0[10], $0[11]] })
  }

  @Test func theKernelIsTheDefinition() throws {
    let graph = GraphBuilder(precision: .float64)
    let subset = graph.randomSubset(3, of: 8, rows: 5)
    let interpreter = Interpreter<Double>(
      try graph.build(), variables: [GraphBuilder.stepCountPath: .real([0], [])])
    let program = try Program(graph, outputs: [subset])
    program.run()
    #expect(program.value(of: subset, as: Double.self) == interpreter[subset])
  }

  @Test func anImpossibleSizeIsReported() {
    let graph = GraphBuilder()
    _ = graph.randomSubset(6, of: 5, rows: 2)
    _ = graph.randomSubset(6, of: RandomSubset.mostPlaces + 1, rows: 2)
    #expect(graph.diagnostics.count == 2)
  }

  @Test func wrongOperandsOfAGatherAreReported() {
    let graph = GraphBuilder()
    let (x, places) = (graph.input("x", [3, 5, 2]), graph.input("places", [2, 4]))
    _ = x.batchGathered(at: places)
    _ = x.batchGathered(at: x)
    _ = graph.input("row", [5]).batchGathered(at: places)
    _ = x.batchScattered(to: places, of: 7)
    _ = x.batchGathered(at: graph.input("labels", [3, 4], .int32))
    #expect(graph.diagnostics.count == 5)
  }
}
