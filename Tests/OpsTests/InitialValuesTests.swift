import Ops
import Testing

struct InitialValuesTests {
  private func values(_ initializer: Initializer, path: String = "w", seed: UInt64 = 1) -> [Double] {
    let graph = Graph(precision: .float64)
    _ = graph.variable(path, [20_000], role: .weight, initializer: initializer)
    return graph.variables[0].initialValues(seed: seed)
  }

  @Test(arguments: [
    (Initializer.zeros, 0.0, 0.0), (.constant(3), 3, 0), (.normal(deviation: 0.5), 0, 0.5),
    (.uniform(bound: 3), 0, 3.0.squareRoot()),
  ])
  func momentsAreTheDistributions(initializer: Initializer, mean: Double, deviation: Double) {
    let drawn = values(initializer)
    let average = drawn.reduce(0, +) / 20_000
    let spread = (drawn.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 20_000).squareRoot()
    #expect(abs(average - mean) <= 0.03 * deviation)
    #expect(abs(spread - deviation) <= 0.03 * deviation)
  }

  @Test func uniformStaysInItsBound() {
    #expect(values(.uniform(bound: 0.25)).allSatisfy { abs($0) <= 0.25 })
  }

  @Test func dependOnSeedAndPathAlone() {
    let normal = Initializer.normal(deviation: 1)
    #expect(values(normal) == values(normal))
    #expect(values(normal, path: "v") != values(normal))
    #expect(values(normal, seed: 2) != values(normal))
  }
}
