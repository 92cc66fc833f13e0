import Graph
import Testing

@Suite struct GraphConstructionTests {
  @Test func appendsInOrder() throws {
    let graph = Graph()
    let x = graph.input("x", [2])
    let y = plus(x, times(x, 3))
    #expect(graph.nodes.map(\.operands) == [[], [0], [0, 1]])
    #expect(y.type == TensorType([2], .float32))
    #expect(graph.inputs.map(\.name) == ["x"])
    try graph.verify()
  }

  @Test func aConstantIsThereOnce() {
    let graph = Graph()
    #expect(graph.constant(2).id == graph.constant(2).id)
    #expect(graph.constant(2).id != graph.constant(2, [1]).id)
    #expect(graph.constant(2).id != graph.constant(3).id)
    #expect(graph.constant(2).id != graph.constant(2, [], .int32).id)
    #expect(graph.constant([1, 2], [2]).id == graph.constant([1, 2], [2]).id)
    #expect(graph.constant([1, 2], [2]).id != graph.constant([1, 2], [2, 1]).id)
    #expect(graph.nodes.count == 6)
  }

  @Test(arguments: [ElementType.float32, .float64])
  func precisionIsOfParametersAndConstants(precision: ElementType) {
    let graph = Graph(precision: precision)
    #expect(graph.constant(1).type.element == precision)
    #expect(graph.input("x", [1]).type.element == precision)
    #expect(graph.input("i", [1], .int32).type.element == .int32)
    #expect(graph.variable("w", [1], role: .weight, initializer: .zeros).type.element == precision)
  }

  @Test func aVariableIsReadOnce() {
    let graph = Graph()
    func weight() -> Tensor { graph.variable("w", [2], role: .weight, initializer: .ones) }
    let first = weight()
    #expect(weight().id == first.id)
    #expect(graph.variables.count == 1)
    #expect(graph.read(graph.variables[0]).id == first.id)
    #expect(graph.diagnostics.isEmpty)
  }

  @Test func variablesOfOnePathHaveOneType() {
    let graph = Graph()
    _ = graph.variable("w", [2], role: .weight, initializer: .ones)
    _ = graph.variable("w", [3], role: .weight, initializer: .ones)
    _ = graph.variable("w", [2], role: .bias, initializer: .ones)
    #expect(
      graph.diagnostics.map(\.description) == [
        """
        model: Two different variables have the path w; name one of the layers.
          expected: f32[2]
          found:    f32[3]
        """,
        """
        model: Two different variables have the path w; name one of the layers.
          expected: f32[2]
          found:    f32[2]
        """,
      ])
  }

  @Test func aVariableIsUpdatedOnceAndTheLastTimeCounts() {
    let graph = Graph()
    let w = graph.variable("w", [2], role: .weight, initializer: .ones)
    graph.update(w, to: times(w, 2))
    graph.update(w, to: times(w, 3))
    #expect(graph.updates.map(\.variable.path) == ["w"])
    #expect(graph.updates.map(\.value) == [2])
  }

  @Test func anUpdateHasTheVariablesType() {
    let graph = Graph()
    let w = graph.variable("w", [2], role: .weight, initializer: .ones)
    graph.update(w, to: graph.constant(1, [3]))
    #expect(graph.updates.isEmpty)
    #expect(
      graph.diagnostics.map(\.description) == [
        """
        model: The new value of w has another type.
          expected: f32[2]
          found:    f32[3]
        """
      ])
  }

  @Test func scopesArePrefixes() {
    let graph = Graph()
    graph.scoped("a") {
      graph.scoped("b") { _ = graph.variable("w", [1], role: .weight, initializer: .ones) }
      _ = graph.variable("w", [1], role: .weight, initializer: .ones)
      _ = graph.variable("c.w", [1], role: .weight, initializer: .ones, absolute: true)
    }
    #expect(graph.variables.map(\.path) == ["a.b.w", "a.w", "c.w"])
  }

  @Test func adjointsKeepTheirOrigin() {
    let graph = Graph()
    let x = graph.scoped("layer") { times(graph.input("x", [1]), 2) }
    graph.attributed(to: graph.nodes[x.id]) { _ = times(x, 3) }
    #expect(graph.nodes.map(\.path) == ["layer", "layer", "layer"])
  }

  @Test func roles() {
    let graph = Graph()
    let roles: [Variable.Role] = [.weight, .bias, .normalization, .statistic, .memory]
    for (index, role) in roles.enumerated() {
      _ = graph.variable("\(index)", [1], role: role, initializer: .zeros)
    }
    #expect(graph.variables.map(\.isTrained) == [true, true, true, false, false])
  }

  @Test func initializers() {
    #expect(Initializer.zeros == .constant(0))
    #expect(Initializer.ones == .constant(1))
    #expect(Initializer.he(fanOut: 8) == .normal(deviation: 0.5))
    #expect(Initializer.linear(inputs: 16) == .uniform(bound: 0.25))
  }
}
