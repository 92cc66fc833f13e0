import Recipes
import TestSupport
import Testing

@testable import Autodiff

/// Whole networks of mixed precision, and the gradients of all of their parameters.
@Suite struct MixedNetworkTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let network: any Layer
    let image: Shape
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "basic blocks",
      network: ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 16), stem: .small),
      image: [4, 16, 16, 3]),
    Case(
      name: "bottlenecks",
      network: ResNet(.custom(blocks: [1], bottleneck: true, channels: 16), stem: .small),
      image: [4, 16, 16, 3]),
    // Without the average at the end of a ConvNeXt: its gradient is the same for all pixels, and so are their
    // errors, which add up to more than what is expected of independent ones.
    Case(
      name: "an inverted bottleneck of a ConvNeXt",
      network: Sequential {
        Conv2D(16, kernel: 1)
        Conv2D(16, kernel: 7, groups: 16)
        LayerNorm()
        Conv2D(64, kernel: 1)
        GELU()
        Conv2D(16, kernel: 1)
        Conv2D(24, kernel: 1)
      }, image: [4, 16, 16, 3]),
  ]

  @Test(arguments: cases) func haveTheErrorsOfRounding(_ row: Case) throws {
    let run = try MixedRun(of: CompilerOptions(precision: .mixed), inputs: .real) { graph in
      let tape = Tape(graph)
      let result = row.network.atRoot(graph.input("x", row.image))
      let read = graph.nodes.indices.filter {
        graph.nodes[$0].read != nil && graph.nodes[$0].type.shape.count > 0
      }
      let parameters = read.filter { id in
        graph.variables.contains { $0.path == graph.nodes[id].read?.path && $0.isTrained }
      }
      return [result]
        + tape.gradients(
          of: result, upstream: graph.input("upstream", result.shape),
          for: parameters.map { Tensor(graph: graph, id: $0) })
    }
    #expect(run.rounded.count >= 8, "\(run.rounded.count)")
    run.expectUsualErrors()
  }
}
