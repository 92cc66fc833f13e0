import Testing

@testable import Recipes

struct CallCostTests {
  private func costs(_ output: (GraphBuilder) -> Tensor) throws -> [CallCost] {
    let graph = GraphBuilder()
    return try ProgramPlan(graph, outputs: [output(graph)], workers: Workers(count: 1)).costs()
  }

  @Test func aConvolutionHasItsOperationsAndWeights() throws {
    for (stride, kind) in [(1, CallCost.Kind.winograd), (2, .direct)] {
      let call = try #require(
        costs { graph in
          let x = graph.input("x", [2, 16, 16, 32])
          return conv2d(x, graph.input("w", [3, 3, 32, 48]), stride: stride, padding: 1)
        }.first { $0.operations > 0 })
      let side = 16.0 / Double(stride)
      #expect(call.kind == kind)
      #expect(call.operations == 2 * 2 * side * side * 48 * 9 * 32)
      #expect(call.weights == 9 * 32 * 48)
      #expect(call.bytes == 4 * (2 * 16 * 16 * 32 + 9 * 32 * 48 + 2 * side * side * 48))
    }
  }

  @Test func aLinearLayerAndItsGradientsHaveTheSameWeights() throws {
    let products = [
      try costs { matmul($0.input("x", [64, 24]), $0.input("w", [24, 40])) },
      try costs { matmul($0.input("y", [64, 40]), $0.input("w", [24, 40]), transposeB: true) },
      try costs { matmul($0.input("x", [64, 24]), $0.input("y", [64, 40]), transposeA: true) },
    ]
    for calls in products {
      let call = try #require(calls.first)
      #expect(calls.count == 1 && call.kind == .direct)
      #expect(call.weights == 24 * 40 && call.operations == 2 * 64 * 24 * 40)
    }
  }

  @Test func aLoopHasBytesAlone() throws {
    let calls = try costs { $0.input("x", [100, 30]) * 2 }
    #expect(calls.count == 1 && calls[0].kind == .memory && calls[0].operations == 0)
    #expect(calls[0].bytes == 2 * 4 * 100 * 30)
  }
}
