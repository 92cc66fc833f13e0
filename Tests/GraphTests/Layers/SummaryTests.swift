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
    let graph = GraphBuilder()
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

  /// What is in a checkpoint has the names it would have without, and says where it is.
  @Test func checkpointedLayersSaySo() {
    let graph = GraphBuilder()
    let model = Sequential {
      Dense(3)
      Checkpoint {
        Dense(2)
        Shift()
      }
    }
    _ = model.atRoot(graph.input("x", [2, 4]))
    #expect(
      graph.layers.map { "\($0.path) \($0.kind) \($0.isCheckpointed)" } == [
        " Sequential false", "0 Dense false", "1 Dense true", "2 Shift true",
      ])
    #expect(graph.summary.contains("1      Dense, checkpointed  [2, 2]"))
  }
}
