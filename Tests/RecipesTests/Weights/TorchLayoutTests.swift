import Recipes
import Testing

struct TorchLayoutTests {
  private func layout(_ shape: Shape, _ role: Variable.Role) -> TorchLayout {
    let graph = GraphBuilder()
    _ = graph.variable("w", shape, role: role, initializer: .zeros)
    return TorchLayout(of: graph.variables[0])
  }

  @Test func kernels() {
    let layout = layout([1, 2, 3, 2], .weight)
    #expect(layout.torchShape == [2, 3, 1, 2])
    let values = Array(0..<12)  // kw is outermost here, then in, then out
    #expect(layout.toTorch(values) == [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11])
  }

  @Test func matrices() {
    let layout = layout([2, 3], .weight)
    #expect(layout.torchShape == [3, 2])
    #expect(layout.toTorch([1, 2, 3, 4, 5, 6]) == [1, 4, 2, 5, 3, 6])
  }

  @Test(arguments: [
    ([3, 5, 2, 4], Variable.Role.weight), ([4, 7], .weight), ([6], .bias), ([2, 3], .memory),
  ])
  func thereAndBack(shape: [Int], role: Variable.Role) {
    let layout = layout(Shape(shape), role)
    let values = Array(0..<Shape(shape).count)
    #expect(layout.fromTorch(layout.toTorch(values)) == values)
    #expect((layout.toTorch(values) == values) == (role != .weight))
  }
}
