import Recipes
import Testing

struct TorchLayoutTests {
  private func layout(_ shape: Shape, _ layout: Variable.Layout) -> TorchLayout {
    let graph = GraphBuilder()
    _ = graph.variable("w", shape, role: .weight, layout: layout, initializer: .zeros)
    return TorchLayout(of: graph.variables[0])
  }

  @Test func kernels() {
    let layout = layout([1, 2, 3, 2], .outputsFirst)
    #expect(layout.torchShape == [2, 3, 1, 2])
    let values = Array(0..<12)  // kw is outermost here, then in, then out
    #expect(layout.toTorch(values) == [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11])
  }

  @Test func matrices() {
    let layout = layout([2, 3], .outputsFirst)
    #expect(layout.torchShape == [3, 2])
    #expect(layout.toTorch([1, 2, 3, 4, 5, 6]) == [1, 4, 2, 5, 3, 6])
  }

  @Test(arguments: [
    ([3, 5, 2, 4], Variable.Layout.outputsFirst), ([3, 5, 4], .outputsFirst), ([4, 7], .outputsFirst),
    ([6], .same), ([2, 3], .same), ([3, 5, 2, 4], .same),
  ])
  func thereAndBack(shape: [Int], declared: Variable.Layout) {
    let layout = layout(Shape(shape), declared)
    let values = Array(0..<Shape(shape).count)
    #expect(layout.fromTorch(layout.toTorch(values)) == values)
    #expect((layout.toTorch(values) == values) == (declared == .same))
  }

  @Test func kernelsOfOneAxis() {
    let layout = layout([2, 1, 3], .outputsFirst)
    #expect(layout.torchShape == [3, 1, 2])
    #expect(layout.toTorch([1, 2, 3, 4, 5, 6]) == [1, 4, 2, 5, 3, 6])
  }
}
