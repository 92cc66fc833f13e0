import Graph
import Testing

private struct Block: Layer {
  var body: some Layer {
    Dense(4); Shift()
    Dense(4); Shift()
  }
}

private struct Model: Layer {
  var body: some Layer {
    Dense(4)
    Sequential {
      Block(); Block()
    }.named("layer1")
    Sequential {
      Dense(4)
      Shift().named("extra")
      Dense(4)
    }
    Block()
    Dense(2).named("fc")
  }
}

private struct Wrapped<Content: Layer>: Layer {
  let content: Content
  var isTransparent: Bool { true }
  var body: some Layer { content }
}

@Suite struct LayerTests {
  @Test func areNamedByKindAndPlace() {
    let block = ["dense1.weight", "bn1.shift", "dense2.weight", "bn2.shift"]
    #expect(paths(of: Block()) == block)
    var expected = ["dense1.weight"]
    for prefix in ["layer1.0.", "layer1.1."] { expected += block.map { prefix + $0 } }
    expected += ["sequential2.0.weight", "sequential2.extra.shift", "sequential2.2.weight"]
    expected += block.map { "block1." + $0 } + ["fc.weight"]
    #expect(paths(of: Model()) == expected)
  }

  @Test func transparentOnesLeaveNoTrace() {
    let model = LayerSequence([
      Wrapped(content: Dense(4)), Wrapped(content: LayerSequence([Dense(4), Shift()])),
    ])
    #expect(paths(of: model) == ["dense1.weight", "dense2.weight", "bn1.shift"])
  }

  @Test func genericOnesAreNamedWithoutTheirParameters() {
    struct Twice<Content: Layer>: Layer {
      let content: Content
      var body: some Layer { content }
    }
    #expect(paths(of: LayerSequence([Twice(content: Dense(3))])) == ["twice1.dense1.weight"])
  }

  @Test func aNameIsUsedAsItIs() {
    #expect(
      paths(of: LayerSequence([Dense(4).named("a"), Dense(4), Dense(4).named("b")])) == [
        "a.weight", "dense2.weight", "b.weight",
      ])
  }

  @Test func oneLayerTwiceIsTwoLayersUnlessNamed() {
    let layer = Dense(4)
    #expect(paths(of: LayerSequence([layer, layer])) == ["dense1.weight", "dense2.weight"])
    let shared = layer.named("shared")
    #expect(paths(of: LayerSequence([shared, shared])) == ["shared.weight"])
  }

  @Test func locationsAreThoseOfTheInnermostLayerThatHasOne() {
    let graph = GraphBuilder()
    let model = LayerSequence([Dense(4), Shift()]); let line = #line
    _ = model.atRoot(graph.input("x", [2, 4]))
    #expect(graph.variables.map(\.location?.line) == [line, nil])
    #expect(graph.nodes.map { $0.location?.line } == [nil, line, line, nil, nil])
  }

  @Test func recordsAreInOrderOuterFirst() {
    let graph = GraphBuilder()
    _ = Model().atRoot(graph.input("x", [2, 4]))
    #expect(
      graph.layers.map(\.path) == [
        "", "dense1", "layer1", "layer1.0", "layer1.0.dense1", "layer1.0.bn1", "layer1.0.dense2",
        "layer1.0.bn2",
        "layer1.1", "layer1.1.dense1", "layer1.1.bn1", "layer1.1.dense2", "layer1.1.bn2", "sequential2",
        "sequential2.0", "sequential2.extra", "sequential2.2", "block1", "block1.dense1", "block1.bn1",
        "block1.dense2", "block1.bn2", "fc",
      ])
  }
}
