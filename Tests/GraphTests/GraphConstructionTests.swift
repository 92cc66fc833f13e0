import Graph
import Testing

@Suite struct GraphConstructionTests {
  @Test func appendsInOrder() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [2])
    let y = plus(x, times(x, 3))
    #expect(graph.nodes.map(\.operands) == [[], [0], [0, 1]])
    #expect(y.type == TensorType([2], .float32))
    #expect(graph.inputs.map(\.name) == ["x"])
    try graph.verify()
  }

  @Test func aConstantIsThereOnce() {
    let graph = GraphBuilder()
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
    let graph = GraphBuilder(precision: precision)
    #expect(graph.constant(1).type.element == precision)
    #expect(graph.input("x", [1]).type.element == precision)
    #expect(graph.input("i", [1], .int32).type.element == .int32)
    #expect(graph.variable("w", [1], role: .weight, initializer: .zeros).type.element == precision)
  }

  @Test func aVariableIsReadOnce() {
    let graph = GraphBuilder()
    func weight() -> Tensor { graph.variable("w", [2], role: .weight, initializer: .ones) }
    let first = weight()
    #expect(weight().id == first.id)
    #expect(graph.variables.count == 1)
    #expect(graph.read(graph.variables[0]).id == first.id)
    #expect(graph.diagnostics.isEmpty)
  }

  @Test func variablesOfOnePathHaveOneType() {
    let graph = GraphBuilder()
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

  @Test func aVariableHasOneLayout() {
    let graph = GraphBuilder()
    func weight(_ layout: Variable.Layout) {
      _ = graph.variable("w", [2, 3], role: .weight, layout: layout, initializer: .ones)
    }
    weight(.outputsFirst)
    weight(.outputsFirst)
    #expect(graph.diagnostics.isEmpty)
    weight(.same)
    #expect(graph.diagnostics.count == 1)
  }

  @Test func whatHasNoInputsAndOutputsIsNotTransposed() {
    let graph = GraphBuilder()
    _ = graph.variable("w", [3], role: .weight, layout: .outputsFirst, initializer: .ones)
    #expect(
      graph.diagnostics.map(\.description) == [
        """
        model: The outputs of w cannot come first in a weight file, as it has no inputs and outputs.
          expected: [..., in, out]
          found:    [3]
        """
      ])
  }

  /// Who asks for the variable after an update gets the new value, and goes on from it.
  @Test func updatesFollowOneAnother() throws {
    let graph = GraphBuilder()
    func w() -> Tensor { graph.variable("w", [2], role: .memory, initializer: .ones) }
    let first = w()
    graph.update(first, to: times(first, 2))
    let second = w()
    #expect(w().id == second.id && second.id != first.id)
    graph.update(second, to: times(second, 3))
    let third = w()
    graph.update(third, to: third)
    #expect(graph.updates.map(\.variable.path) == ["w"])
    try graph.verify()
    #expect(
      graph.description == """
        %0: f32[2] = read w
        %1: f32[2] = Times(factor: 2.0)(%0)
        %2: f32[2] = Updated(path: "w")(%1)
        %3: f32[2] = Times(factor: 3.0)(%2)
        %4: f32[2] = Updated(path: "w")(%3)
        w <- %4
        """)
    #expect(graph.read(graph.variables[0]).id == first.id)
  }

  /// An update of a value that is out of date would undo the one before.
  @Test func anUpdateThatUndoesAnotherIsAMistake() {
    let graph = GraphBuilder()
    let w = graph.variable("w", [2], role: .weight, initializer: .ones)
    graph.update(w, to: times(w, 2))
    graph.update(w, to: times(w, 3))
    let late = graph.variable("w", [2], role: .weight, initializer: .ones)
    graph.update(late, to: times(late, 4))
    graph.update(late, to: times(late, 5))
    graph.update(times(w, 2), to: w)
    #expect(
      graph.diagnostics.map(\.description) == [
        """
        model: w is updated twice in a step, and the second update would undo the first.
          expected: one update, or a second one of what graph.variable gives after the first
          found:    another of the value that it had before
        """,
        """
        model: Only a variable can be updated.
          expected: what graph.variable gives
          found:    a result of Times
        """,
      ])
    #expect(graph.updates.count == 1)
  }

  @Test func updatesCanBeTakenBack() {
    let graph = GraphBuilder()
    let w = graph.variable("w", [2], role: .memory, initializer: .ones)
    graph.update(w, to: times(w, 2))
    #expect(graph.withdrawUpdates().map(\.variable.path) == ["w"])
    #expect(graph.updates.isEmpty)
    graph.update(w, to: times(w, 3))
    #expect(graph.diagnostics.isEmpty)
  }

  @Test func twoInputsOfOneNameAreAMistake() {
    let graph = GraphBuilder()
    let x = graph.input("x", [2])
    _ = graph.input("x", [2])
    #expect(graph.sharedInput("x", [2]).id == x.id)
    _ = graph.sharedInput("x", [3])
    #expect(
      graph.diagnostics.map(\.description) == [
        """
        model: Two inputs have the name x; name one of them differently.
          expected: one input, f32[2]
          found:    another, f32[2]
        """,
        """
        model: Two inputs have the name x but not the same type; name one of them differently.
          expected: f32[2]
          found:    f32[3]
        """,
      ])
  }

  @Test func anUpdateHasTheVariablesType() {
    let graph = GraphBuilder()
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
    let graph = GraphBuilder()
    graph.scoped("a") {
      graph.scoped("b") { _ = graph.variable("w", [1], role: .weight, initializer: .ones) }
      _ = graph.variable("w", [1], role: .weight, initializer: .ones)
      _ = graph.variable("c.w", [1], role: .weight, initializer: .ones, absolute: true)
    }
    #expect(graph.variables.map(\.path) == ["a.b.w", "a.w", "c.w"])
  }

  @Test func adjointsKeepTheirOrigin() {
    let graph = GraphBuilder()
    let x = graph.scoped("layer") { times(graph.input("x", [1]), 2) }
    graph.attributed(to: graph.nodes[x.id]) { _ = times(x, 3) }
    #expect(graph.nodes.map(\.path) == ["layer", "layer", "layer"])
  }

  @Test func roles() {
    let graph = GraphBuilder()
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
