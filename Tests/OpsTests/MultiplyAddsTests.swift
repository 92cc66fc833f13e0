import Autodiff
import Testing

@Suite struct MultiplyAddsTests {
  @Test func countsProducts() {
    let graph = GraphBuilder()
    #expect(count(matmul(graph.input("a", [5, 7]), graph.input("b", [7, 3]))) == 5 * 7 * 3)
    let stack = matmul(graph.input("c", [4, 7, 5]), graph.input("d", [4, 7, 3]), transposeA: true)
    #expect(count(stack) == 4 * 5 * 7 * 3)
    let stem = conv2d(
      graph.input("x", [2, 224, 224, 3]), graph.input("w", [7, 7, 3, 64]), stride: 2, padding: 3)
    #expect(count(stem) == 2 * 112 * 112 * 64 * 7 * 7 * 3)
    #expect(count(relu(stem)) == 0)
  }

  /// Both gradients of a convolution take as many products as the convolution.
  @Test func countsThoseOfGradients() {
    let graph = GraphBuilder()
    let (x, w) = (graph.input("x", [2, 9, 8, 6]), graph.input("w", [3, 3, 2, 12]))
    let tape = Tape(graph)
    let y = conv2d(x, w, stride: 2, padding: 1, groups: 3)
    #expect(count(y) == 2 * 5 * 4 * 12 * 3 * 3 * 2)
    for gradient in tape.gradients(of: y, for: [x, w]) { #expect(count(gradient) == count(y)) }
  }

  private func count(_ tensor: Tensor) -> Int {
    let node = tensor.graph.nodes[tensor.id]
    return node.operation.multiplyAdds(node.operands.map { tensor.graph.nodes[$0].type }, result: node.type)
  }
}
