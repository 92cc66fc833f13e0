import Ops
import Testing

struct InitialValuesTests {
  private func values(_ initializer: Initializer, path: String = "w", seed: UInt64 = 1) throws -> [Double] {
    let graph = GraphBuilder(precision: .float64)
    _ = graph.variable(path, [20_000], role: .weight, initializer: initializer)
    return try graph.variables[0].initialValues(seed: seed)
  }

  @Test(arguments: [
    (Initializer.zeros, 0.0, 0.0), (.constant(3), 3, 0), (.normal(deviation: 0.5), 0, 0.5),
    (.uniform(bound: 3), 0, 3.0.squareRoot()),
  ])
  func momentsAreTheDistributions(initializer: Initializer, mean: Double, deviation: Double) throws {
    let drawn = try values(initializer)
    let average = drawn.reduce(0, +) / 20_000
    let spread = (drawn.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 20_000).squareRoot()
    #expect(abs(average - mean) <= 0.03 * deviation)
    #expect(abs(spread - deviation) <= 0.03 * deviation)
  }

  @Test func uniformStaysInItsBound() throws {
    #expect(try values(.uniform(bound: 0.25)).allSatisfy { abs($0) <= 0.25 })
  }

  @Test func dependOnSeedAndPathAlone() throws {
    let normal = Initializer.normal(deviation: 1)
    #expect(try values(normal) == values(normal))
    #expect(try values(normal, path: "v") != values(normal))
    #expect(try values(normal, seed: 2) != values(normal))
  }

  @Test func storedValuesAreRead() throws {
    struct Gone: Error {}
    let graph = GraphBuilder(precision: .float64)
    let w = graph.variable("w", [2], role: .weight, initializer: .zeros)
    graph.update(w, to: w + 1)
    graph.start(variable: "w", from: .stored(StoredValues(identity: "a") { [1, 2] }))
    #expect(try graph.variables[0].initialValues(seed: 1, as: Double.self) == [1, 2])
    #expect(graph.updates.map(\.variable) == graph.variables)
    #expect(graph.variables[0].initializer == .stored(StoredValues(identity: "a") { [] }))
    graph.start(variable: "w", from: .stored(StoredValues(identity: "b") { throw Gone() }))
    #expect(throws: Gone.self) { try graph.variables[0].initialValues(seed: 1, as: Float.self) }
    #expect(graph.variables[0].initializer != .stored(StoredValues(identity: "a") { [] }))
  }
}
