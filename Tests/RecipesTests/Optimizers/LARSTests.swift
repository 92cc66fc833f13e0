import Recipes
import Testing

struct LARSTests {
  // One step of rate 1 from w with gradient g, in single numbers; the velocity starts at 0.
  private func step(
    _ w: [Double], _ g: [Double], role: Variable.Role = .weight, decay: Double = 0.1
  ) throws -> [Double] {
    let graph = GraphBuilder(precision: .float64)
    let value = graph.variable("w", [w.count], role: role, initializer: .zeros)
    let next = LARS(learningRate: 1, weightDecay: .constant(decay)).update(
      graph.variables[0], value: value, gradient: graph.constant(g, [g.count]),
      learningRate: graph.constant(1))
    try graph.verify()
    return Interpreter<Double>(try graph.build(), variables: try graph.initialValues(replacing: ["w": w]))[
      next]
  }

  @Test func trustHasTheDecayInside() throws {
    let trust = 0.00242535625
    let decayed = [1 + 0.1 * 3, -2 + 0.1 * 4]
    let expected = [3 - trust * decayed[0], 4 - trust * decayed[1]]
    #expect(try agree(step([3, 4], [1, -2]), expected, to: 1e-11))
  }

  @Test(arguments: [
    ([0.0, 0], [1.0, -2], [-1.0, 2]),
    ([3.0, 4], [0.0, 0], [3.0, 4]),
    ([0.0, 0], [0.0, 0], [0.0, 0]),
  ])
  func trustIsOneWhereANormIsZero(w: [Double], g: [Double], expected: [Double]) throws {
    #expect(try step(w, g, decay: 0) == expected)
  }

  @Test(arguments: [Variable.Role.bias, .normalization])
  func vectorsGetNeitherDecayNorTrust(role: Variable.Role) throws {
    #expect(try step([3, 4], [1, -2], role: role) == [2, 6])
  }
}
