import Recipes
import Testing

struct ResidualTests {
  @Test func keepsTheInputWhereTheShapeStays() throws {
    let block = Residual {
      Conv2D(3, kernel: 1)
    } shortcut: {
      Conv2D(3, kernel: 1)
    }
    let identity = [1.0, 0, 0, 0, 1, 0, 0, 0, 1]
    let result = try Evaluation(
      of: block, on: [1, 2, 3], [1, 1, 1, 3], variables: ["conv1.weight": identity])
    #expect(result.output == [2, 4, 6])
  }

  @Test func namesTheShortcut() throws {
    let block = Residual {
      Conv2D(4, kernel: 3, stride: 2)
      BatchNorm()
    } shortcut: {
      Conv2D(4, kernel: 1, stride: 2)
      BatchNorm()
    }
    let (graph, y) = graph(of: block, on: [2, 4, 4, 3])
    try graph.verify()
    #expect(y.shape == [2, 2, 2, 4])
    #expect(
      graph.variables.filter { $0.role == .weight }.map(\.path) == [
        "conv1.weight", "downsample.0.weight",
      ])
    #expect(graph.variables.contains { $0.path == "downsample.1.running_var" })
  }

  @Test func branchesThatDoNotMeetAreOneMistake() throws {
    let line = #line + 1
    let block = Residual {
      Conv2D(4, kernel: 3, stride: 2)
    } shortcut: {
      Conv2D(4, kernel: 1)
    }
    let (graph, y) = graph(of: block, on: [2, 4, 4, 3])
    #expect(y.shape == [2, 2, 2, 4])
    #expect(throws: GraphErrors.self) { try graph.validate() }
    #expect(
      graph.diagnostics.map(\.description) == [
        """
        model (RecipesTests/ResidualTests.swift:\(line)): \
        The two branches of a residual connection differ in shape.
          expected: [2, 2, 2, 4] from the shortcut, as the layers compute
          found:    [2, 4, 4, 4]
        """
      ])
  }

  @Test func anEmptyShortcutIsTheIdentity() {
    let (graph, _) = graph(of: Residual { Conv2D(4, kernel: 1) }, on: [2, 4, 4, 3])
    #expect(graph.diagnostics.map(\.found) == ["[2, 4, 4, 3]"])
  }

  @Test func goesOnWithTheBranchThatIsRight() {
    let block = Residual {
      Conv2D(4, kernel: 1, groups: 2)
      GlobalAveragePool()
      Conv2D(4, kernel: 1)
    } shortcut: {
      Conv2D(4, kernel: 1)
    }
    let (graph, y) = graph(of: block, on: [2, 4, 4, 3])
    #expect(graph.diagnostics.count == 2)
    #expect(y.shape == [2, 4, 4, 4])
  }
}
