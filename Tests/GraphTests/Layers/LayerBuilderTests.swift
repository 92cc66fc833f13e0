import Graph
import Testing

private struct Choices: Layer {
  enum Ending { case none, shift, dense }
  var count = 0
  var hasShift = false
  var ending = Ending.none

  var body: some Layer {
    for index in 0..<count { Dense(index + 3) }
    if hasShift { Shift() }
    switch ending {
    case .none: Dense(1)
    case .shift: Shift()
    case .dense:
      Dense(2)
      Dense(3)
    }
    if hasShift { Shift() } else { Dense(9) }
    if #available(macOS 15, *) { Shift() }
  }
}

private struct Long: Layer {
  var body: some Layer {
    Dense(1); Dense(2); Dense(3); Dense(4); Dense(5); Dense(6); Dense(7); Dense(8); Dense(9); Dense(10)
    Dense(11); Dense(12); Dense(13)
  }
}

@Suite struct LayerBuilderTests {
  private func kinds(_ model: some Layer) -> [String] {
    let graph = GraphBuilder()
    _ = model.atRoot(graph.input("x", [2, 4]))
    return graph.layers.dropFirst().map { "\($0.kind) \($0.output.shape[1])" }
  }

  @Test(arguments: [
    (Choices(), ["Dense 1", "Dense 9", "Shift 9"]),
    (Choices(count: 2), ["Dense 3", "Dense 4", "Dense 1", "Dense 9", "Shift 9"]),
    (Choices(hasShift: true), ["Shift 4", "Dense 1", "Shift 1", "Shift 1"]),
    (Choices(ending: .shift), ["Shift 4", "Dense 9", "Shift 9"]),
    (Choices(ending: .dense), ["Dense 2", "Dense 3", "Dense 9", "Shift 9"]),
  ])
  private func takesWhatSwiftHas(model: Choices, layers: [String]) { #expect(kinds(model) == layers) }

  @Test func takesMoreThanTen() { #expect(kinds(Long()) == (1...13).map { "Dense \($0)" }) }

  @Test func takesNothing() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [2, 4])
    #expect(Sequential {}.atRoot(x).id == x.id)
  }
}
