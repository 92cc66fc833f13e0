import Foundation
import Testing

@testable import Recipes

/// The attention heads and the pooling in a weight file's metadata.
struct TransformerNotesTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func transformer(
    heads: Int = 2, pooling: VisionTransformer.Pooling = .mean
  ) -> VisionTransformer {
    VisionTransformer(
      .custom(channels: 16, depth: 2, heads: heads), patch: 8, imageSize: 16, pooling: pooling)
  }

  private func built(_ layer: some Layer) -> GraphBuilder { graph(of: layer, on: [1, 16, 16, 3]).0 }

  /// Writes the weights of a transformer, with names that begin with `prefix`.
  private func write(prefix: String = "", metadata: [String: String]) throws -> String {
    let file = scratch.url.appending(path: "weights.safetensors")
    let tensors = built(transformer()).variables.map(FormulaTensors.weight)
    try SafeTensors.write(
      tensors.map { NamedTensor(prefix + $0.name, shape: $0.shape, $0.values) }, metadata: metadata, to: file)
    return file.path
  }

  /// The heads of both layers, the second one's as given.
  private func notes(prefix: String = "", second: Int = 2) -> [String: String] {
    ["loupe.heads": #"{"\#(prefix)blocks.0.attn": 2, "\#(prefix)blocks.1.attn": \#(second)}"#]
  }

  @Test func aRunStatesItsHeadsAndPooling() throws {
    let encoder = transformer()
    let report = try Pipeline("p") {
      Classifier(encoder, classes: 3, named: "branch", batch: 8, epochs: 1)
    }.run(
      on: try SmallClinic.dataset(), output: scratch.url, workers: Workers(count: 1), reporting: { _ in })
    let weights = report.stages[0].weights
    let others = [transformer(heads: 4), transformer(pooling: .classToken)]
    _ = try Predictor(encoder, weights: weights, workers: Workers(count: 1))
    _ = try ONNXModel(encoder, weights: weights)
    for other in others {
      #expect(other.fitted(to: weights.path) == encoder)
      #expect(throws: RunError.self) { try Predictor(other, weights: weights, workers: Workers(count: 1)) }
      #expect(throws: RunError.self) { try ONNXModel(other, weights: weights) }
    }
    #expect(built(encoder.pretrained(weights.path)).diagnostics.isEmpty)
    #expect(built(others[0].pretrained(weights.path)).diagnostics.count == 1)
  }

  /// The decoder of a masked autoencoder has heads of its own, and some patches are left out.
  @Test func aMaskedAutoencoderStatesThoseOfItsEncoder() throws {
    let report = try Pipeline("p") {
      MaskedAutoencoder(
        transformer(), decoder: ReconstructionHead(width: 16, depth: 1, heads: 4), batch: 8, epochs: 1)
    }.run(
      on: try SmallClinic.dataset(), output: scratch.url, workers: Workers(count: 1), reporting: { _ in })
    let weights = report.stages[0].weights.path
    #expect(transformer(heads: 4, pooling: .classToken).fitted(to: weights) == transformer())
    #expect(built(transformer().pretrained(weights)).diagnostics.isEmpty)
  }

  @Test func otherHeadsAreRefused() throws {
    let path = try write(metadata: notes(second: 4))
    let pretrained = transformer().pretrained(path, normalization: .identity)
    let sentence = "1 with another number of attention heads: blocks.1.attn has 4 and not 2"
    #expect(built(pretrained).diagnostics.map(\.found) == [sentence])
    // Within another layer as well.
    let within = built(LayerSequence([pretrained.named("encoder"), ClassificationHead(classes: 3)]))
    #expect(within.diagnostics.map(\.found) == [sentence])
    // And by a program, which is left as it was.
    let graph = GraphBuilder(mode: .inference)
    let features = transformer().atRoot(graph.input("images", [1, 16, 16, 3]))
    let program = try Program(graph, outputs: [features])
    let before = program.variable("cls_token", as: Float.self)
    #expect(throws: WeightsError.otherNetwork(file: path, mismatch: sentence)) { try program.load(path) }
    #expect(program.variable("cls_token", as: Float.self) == before)
  }

  @Test func namesInTheFileMayHaveAPrefix() throws {
    let path = try write(prefix: "net.", metadata: notes(prefix: "net."))
    #expect(built(transformer().pretrained(path, normalization: .identity)).diagnostics.isEmpty)
    #expect(transformer(heads: 4).fitted(to: path) == transformer())
    #expect(transformer(heads: 4).fitted(to: path, prefix: "net.") == transformer())
    let refused = built(transformer(heads: 4).pretrained(path, normalization: .identity))
    #expect(
      refused.diagnostics.map(\.found) == [
        "2 with another number of attention heads: net.blocks.0.attn has 2 and not 4, net.blocks.1.attn has 2 "
          + "and not 4"
      ])
  }

  /// Other features of the same tokens can be meant, so they are a note.
  @Test func otherPoolingIsSaid() throws {
    let path = try write(metadata: ["loupe.pooling": "mean"])
    let (same, other) = (transformer(), transformer(pooling: .classToken))
    let sentence =
      "The weights in \(path) were trained with features that are the mean of the patches' tokens; here they "
      + "are those of the class token."
    let graph = built(other.pretrained(path, normalization: .identity))
    #expect(graph.diagnostics.isEmpty && graph.pretrainedNotes.contains(sentence))
    #expect(!built(same.pretrained(path, normalization: .identity)).pretrainedNotes.contains(sentence))
  }

  @Test(arguments: [#"{"blocks.0.attn": 0}"#, #"{"blocks.0.attn": -3}"#, #"{"blocks.0.attn": 5}"#])
  func headsThatCannotBeAreRefused(text: String) throws {
    let path = try write(metadata: ["loupe.heads": text])
    #expect(!transformer().fitted(to: path).problems.isEmpty)
    #expect(built(transformer().pretrained(path, normalization: .identity)).diagnostics.count == 1)
  }

  @Test(arguments: ["", "2", "{", #"{"blocks.0.attn": "many"}"#, #"{"blocks.0.attn": 1e99}"#])
  func nonsenseStatesNothing(text: String) throws {
    let path = try write(metadata: ["loupe.heads": text, "loupe.pooling": text])
    #expect(transformer().fitted(to: path) == transformer())
    #expect(built(transformer().pretrained(path, normalization: .identity)).diagnostics.isEmpty)
  }
}
