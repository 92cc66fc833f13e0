import Ops
import TestSupport
import Testing

@testable import Recipes

/// Attention with masks, and to a context.
struct AttentionTests {
  /// The first tokens attend to the others, of which some take no part.
  private struct Attending: Layer {
    let layer: LayerSequence
    let mask: [Double]?

    init(mask: [Double]? = nil, @LayerBuilder _ layer: () -> LayerSequence) {
      (self.layer, self.mask) = (layer(), mask)
    }

    func apply(to x: Tensor) -> Tensor {
      let context = x.sliced(2..<x.shape[1], axis: 1)
      return layer(
        x.sliced(0..<2, axis: 1), context: context,
        contextMask: mask.map { x.graph.constant($0, [x.shape[0], context.shape[1]]) })
    }
  }

  /// A layer with a mask of its tokens.
  private struct Padded: Layer {
    let layer: LayerSequence
    let mask: [Double]

    init(mask: [Double], @LayerBuilder _ layer: () -> LayerSequence) {
      (self.layer, self.mask) = (layer(), mask)
    }

    func apply(to x: Tensor) -> Tensor {
      layer(x, mask: x.graph.constant(mask, [mask.count / x.shape[1], x.shape[1]]))
    }
  }

  @LayerBuilder private static var blocks: LayerSequence {
    Sequential {
      TransformerBlock(heads: 2)
      Checkpoint { TransformerBlock(heads: 2) }
    }.named("blocks")
    LayerNorm().named("norm")
  }

  /// Returns what blocks compute of the first five tokens of two images, and the gradients of their
  /// parameters.
  private func blocks(on tokens: Int, mask: [Double]?) throws -> [[Double]] {
    let graph = GraphBuilder(precision: .float64)
    let tape = Tape(graph)
    let x = graph.input("x", [2, tokens, 8])
    let layer: any Layer = mask.map { Padded(mask: $0) { Self.blocks } } ?? Self.blocks
    let y = layer.atRoot(x).sliced(0..<5, axis: 1)
    let parameters = graph.variables.map { graph.read($0) }
    let gradients = tape.gradients(of: (y * y * y).sum(), for: parameters)
    let program = try Program(graph, outputs: [y] + gradients)
    for variable in graph.variables {
      let values = FormulaTensors.values(variable.path, variable.type.shape.count, -0.5, 0.5)
      program.setVariable(variable.path, to: values.map { Double($0) })
    }
    // The same first tokens of both images, whatever follows them.
    let values = (0..<2).flatMap { image in
      numbers(5 * 8, seed: UInt64(image)) + numbers((tokens - 5) * 8, seed: 9).map { 100 * $0 }
    }
    program.setInput("x", to: values)
    program.run()
    return ([y] + gradients).map { program.value(of: $0, as: Double.self) }
  }

  /// Blocks with a mask, of which one is recomputed, compute of padded tokens what they do without padding.
  @Test func paddingChangesNothing() throws {
    let plain = try blocks(on: 5, mask: nil)
    let row = [1.0, 1, 1, 1, 1, 0, 0]
    let padded = try blocks(on: 7, mask: row + row)
    let other = try blocks(on: 7, mask: [Double](repeating: 1, count: 14))
    #expect(padded.count == plain.count)
    for (a, b) in zip(padded, plain) { #expect(agree(a, b, to: 1e-11)) }
    #expect(!agree(other[0], plain[0], to: 1e-3))
  }

  @Test func gradients() throws {
    try gradientCheck(
      Padded(mask: [1, 1, 0, 0, 0, 0]) { MultiHeadAttention(heads: 2) }, on: .uniform("x", [2, 3, 4])
    ).verify()
    try gradientCheck(Attending { CrossAttention(heads: 2) }, on: .uniform("x", [2, 5, 4])).verify()
    try gradientCheck(
      Attending(mask: [1, 0, 1, 0, 0, 0]) { CrossAttention(heads: 2, bias: false) },
      on: .uniform("x", [2, 5, 4])
    ).verify()
  }

  /// Keys and values are of the context, which may be of another width.
  @Test func contextsOfAnotherWidth() throws {
    let graph = GraphBuilder()
    let y = Sequential {
      Residual {
        LayerNorm(); CrossAttention(heads: 2).named("attn")
      }
    }(graph.input("x", [2, 3, 4]), context: graph.input("context", [2, 7, 6]))
    try graph.verify()
    #expect(y.shape == [2, 3, 4])
    let shapes = Dictionary(uniqueKeysWithValues: graph.variables.map { ($0.path, $0.type.shape) })
    #expect(shapes["sequential1.0.attn.q.weight"] == nil && shapes["sequential1.attn.q.weight"] == [4, 4])
    #expect(shapes["sequential1.attn.kv.weight"] == [6, 8])
    #expect(shapes["sequential1.attn.proj.bias"] == [4])
  }

  /// A mask is that of the layer that it is given to, and a context does not change it.
  @Test func masksAreOfOneLayer() throws {
    let graph = GraphBuilder()
    let (x, mask) = (graph.input("x", [2, 3, 4]), graph.input("mask", [2, 3]))
    let layers = Sequential {
      MultiHeadAttention(heads: 1)
      CrossAttention(heads: 1)
    }
    _ = Padded(mask: [1, 1, 1]) { MultiHeadAttention(heads: 1) }(x)
    _ = MultiHeadAttention(heads: 1)(x)
    _ = Attending(mask: [1, 1]) { layers }(x)
    _ = layers.named("both")(x, context: x, contextMask: mask)
    try graph.verify()
    let masked = graph.nodes.compactMap { ($0.operation as? Attention)?.form.hasMask }
    #expect(masked == [true, false, false, true, false, true])
  }

  @Test func whatIsMissingIsReported() {
    func errors(_ build: (GraphBuilder, Tensor) -> Void) -> [String] {
      let graph = GraphBuilder()
      build(graph, graph.input("x", [2, 3, 4]))
      return graph.diagnostics.map { "\($0.path): \($0.error)" }
    }
    #expect(
      errors { _, x in _ = Sequential { CrossAttention(heads: 2) }(x) } == [
        "sequential1.0: Cross-attention needs a context, the tokens that it has its keys and values from."
      ])
    #expect(
      errors { graph, x in _ = CrossAttention(heads: 3)(x, context: x) } == [
        "cross_attn1: "
          + "Cross-attention needs tokens whose channels divide by the heads, and a context of tokens."
      ])
    #expect(
      errors { graph, x in
        _ = MultiHeadAttention(heads: 2)(x, mask: graph.input("mask", [2, 4]))
      } == [
        "attn1: The mask of attention has a number for each key, of all images, heads and queries or of each."
      ])
    #expect(errors { _, x in _ = CrossAttention(heads: 0)(x, context: x) }.count == 1)
  }

  /// Without a mask, graphs are what they were, so that stages are not trained again.
  @Test func identitiesAreThoseOfSelfAttention() {
    func texts(_ build: (Tensor, Tensor) -> Tensor) -> [String] {
      let graph = GraphBuilder()
      let tape = Tape(graph)
      let x = graph.input("x", [2, 3, 9])
      _ = tape.gradients(of: build(x, graph.input("mask", [2, 3])), for: [x])
      return graph.nodes.map { StableText(of: $0.operation).text }.filter { $0.contains("Attention") }
    }
    #expect(texts { x, _ in selfAttention(x, heads: 3) } == ["SelfAttention(3)", "SelfAttentionGradient(3)"])
    #expect(
      texts { x, _ in selfAttention(x, heads: 3, queries: 1) } == [
        "SelfAttention(3,1)", "SelfAttentionGradient(3,1)",
      ])
    #expect(
      texts { x, mask in selfAttention(x, heads: 3, mask: mask) } == [
        "Attention(3,true,false,true)", "AttentionGradient(3,true,false,true)",
      ])
    #expect(
      texts { x, _ in attention(x, x, x, heads: 3) } == [
        "Attention(3,false,false,false)", "AttentionGradient(3,false,false,false)",
      ])
  }
}
