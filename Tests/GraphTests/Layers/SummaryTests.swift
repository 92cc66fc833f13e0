import Graph
import Testing

private struct Small: Layer {
  var body: some Layer {
    Dense(3)
    Sequential {
      Dense(16)
      Shift()
    }.named("head")
  }
}

@Suite struct SummaryTests {
  @Test func aTableOfTheLayers() {
    let graph = Graph()
    _ = Small().atRoot(graph.input("x", [2, 4]))
    let rows = graph.summary.split(separator: "\n").map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
    #expect(
      rows == [
        "layer   kind               output   parameters  multiply-adds",
        "dense1  Dense              [2, 3]           12             24",
        "head    Named<Sequential>  [2, 16]          80             96",
        "head.0  Dense              [2, 16]          48             96",
        "head.1  Shift              [2, 16]          32              0",
        "total                                       92            120",
      ])
  }
}
