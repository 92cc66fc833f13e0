import Graph
import Testing

@Suite struct PrintingTests {
  private func sample() -> GraphBuilder {
    let graph = GraphBuilder()
    let x = graph.input("x", [2, 3])
    graph.scoped("head") {
      let w = graph.variable("weight", [3, 2], role: .weight, initializer: .zeros)
      let y = graph.apply(Product(), to: [x, w])
      let z = plus(times(y, 0.5), graph.constant(1, [2, 2]))
      _ = plus(z, graph.constant([1, 2, 3, 4], [2, 2]))
      graph.update(w, to: times(w, 0.9))
    }
    return graph
  }

  @Test func asText() {
    #expect(
      sample().description == """
        %0: f32[2,3] = input x
        %1: f32[3,2] = read head.weight
        %2: f32[2,2] = Product(%0, %1)
        %3: f32[2,2] = Times(factor: 0.5)(%2)
        %4: f32[2,2] = constant [1.0]
        %5: f32[2,2] = Plus(%3, %4)
        %6: f32[2,2] = constant [1.0, 2.0, 3.0, 4.0]
        %7: f32[2,2] = Plus(%5, %6)
        %8: f32[3,2] = Times(factor: 0.9)(%1)
        head.weight <- %8
        """)
  }

  @Test func checkpointsAreShown() {
    let graph = GraphBuilder()
    let x = graph.input("x", [2])
    _ = times(graph.checkpointed { times(graph.checkpointed { times(x, 2) }, 3) }, 4)
    #expect(
      graph.description == """
        %0: f32[2] = input x
        %1: f32[2] = Times(factor: 2.0)(%0)
        %2: f32[2] = Times(factor: 3.0)(%1)
        %3: f32[2] = Times(factor: 4.0)(%2)
        checkpoint %1...%2
        checkpoint %1...%1
        """)
    #expect(graph.dot.split(separator: "\n").count { $0.hasSuffix("style=dashed];") } == 2)
  }

  @Test func longConstantsByTheirHash() {
    func text(_ values: [Double]) -> String {
      let graph = GraphBuilder()
      _ = graph.constant(values, [values.count])
      return graph.description
    }
    let values = (0..<9).map { Double($0) }
    #expect(text(values).hasPrefix("%0: f32[9] = constant #"))
    #expect(text(values) == text(values))
    #expect(text(values) != text(values.reversed()))
  }

  @Test func asAPicture() {
    let graph = GraphBuilder()
    let w = graph.scoped("a \"b\"") { graph.variable("w", [2], role: .weight, initializer: .zeros) }
    graph.update(w, to: plus(w, graph.constant(1, [2])))
    #expect(
      graph.dot == #"""
        digraph {
          node [shape=box, fontname=Helvetica];
          subgraph cluster_0 { label="";
            n1 [label="constant
        f32[2]"];
            n2 [label="Plus
        f32[2]"];
          }
          subgraph cluster_1 { label="a \"b\"";
            n0 [label="read a \"b\".w
        f32[2]"];
          }
          n0 -> n2;
          n1 -> n2;
          u0 [label="a \"b\".w", shape=cylinder];
          n2 -> u0;
        }
        """#)
  }
}
