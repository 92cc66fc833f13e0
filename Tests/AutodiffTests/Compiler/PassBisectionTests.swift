import Recipes
import Testing
import TestSupport

@testable import Autodiff
@testable import Ops

@Suite struct PassBisectionTests {
  /// A pass that takes sums for differences is named, wherever in the list it stands.
  @Test(arguments: 0...GraphPass.all.count)
  func aPlantedMistakeIsFound(_ place: Int) throws {
    var passes = GraphPass.all
    passes.insert(
      GraphPass("planted") { graph in
        graph.rewritten { rewriter, node, _ in
          rewriter.append(node.operation is Add ? node.over(node.operands, operation: Subtract()) : node)
        }
      }, at: place)
    #expect(try bisection(passes).culprit() == .graphPass("planted"))
  }

  @Test func withoutAMistakeNothingIsNamed() throws {
    #expect(try bisection(GraphPass.all).culprit() == nil)
  }

  /// A kernel that does not compute what its operation is defined as is wrong without any pass.
  @Test func aWrongKernelIsNamed() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [4])
    let wrong = graph.apply(WrongKernel(), to: [x])
    let search = PassBisection<Double>(
      try graph.build(outputs: [wrong]), inputs: ["x": .real([1, 2, 3, 4], [4])]
    ) { largestError($0, $1) < 1e-12 }
    #expect(try search.culprit() == .kernels)
  }

  private func bisection(_ passes: [GraphPass]) throws -> PassBisection<Double> {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [4])
    let w = graph.variable("w", [4], role: .weight, initializer: .ones)
    graph.update(w, to: w - x * 0.1)
    return PassBisection(
      try graph.build(outputs: [exp(x * w) + x]), inputs: ["x": .real([1, 2, 3, 4], [4])],
      variables: ["w": .real([1, 1, 1, 1], [4])], passes: passes
    ) { largestError($0, $1) < 1e-12 }
  }
}

/// An operation whose kernel computes something else than its definition.
private struct WrongKernel: KernelOperation {
  func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [upstream] }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }

  func partCount(_ operands: [TensorType], result: TensorType) -> Int { 1 }

  func compute<T: Real>(_ parts: Range<Int>, _ buffers: KernelBuffers<T>) {
    for index in buffers.result.indices { buffers.result[index] = 0 }
  }
}
