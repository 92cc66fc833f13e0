import Foundation
import Testing

@testable import Recipes

struct PretrainedTests {
  private let scratch: ScratchFolder
  private let encoder = SmallClinic.encoder

  init() throws { scratch = try ScratchFolder() }

  private var path: String { scratch.url.appending(path: "weights.safetensors").path }

  /// Writes the encoder's tensors, changed.
  @discardableResult
  private func write(
    metadata: [String: String] = [:], _ change: ([NamedTensor]) -> [NamedTensor] = { $0 }
  ) throws -> [NamedTensor] {
    let (graph, _) = graph(of: encoder, on: [1, 16, 16, 3], mode: .inference)
    let tensors = change(graph.variables.map(FormulaTensors.weight))
    try SafeTensors.write(tensors, metadata: metadata, to: URL(filePath: path))
    return tensors
  }

  private func built(_ layer: some Layer) -> Graph { graph(of: layer, on: [2, 16, 16, 3]).0 }

  private func refusal(_ layer: some Layer) -> String? {
    built(layer).diagnostics.first.map { "\($0.expected)\n\($0.found)" }
  }

  @Test func variablesStartFromTheFile() throws {
    try write()
    let pretrained = encoder.pretrained(path, normalization: .identity)
    let model = LayerSequence([pretrained, ClassificationHead(classes: 3)])
    let graph = built(model)
    try graph.validate()
    let weights = StageWeights(initialising: graph, seed: 1)
    for variable in graph.variables {
      if variable.path.hasPrefix("fc.") {
        #expect(weights[variable] == variable.initialValues(seed: 1, as: Float.self))
      } else {
        #expect(
          TorchLayout(of: variable).toTorch(weights[variable]) == FormulaTensors.weight(variable).floats)
      }
    }
  }

  @Test func namesAndSummaryAreThoseOfTheLayers() throws {
    try write()
    let plain = built(LayerSequence([encoder]))
    let pretrained = built(LayerSequence([encoder.pretrained(path, normalization: .identity)]))
    #expect(pretrained.summary == plain.summary)
    #expect(pretrained.variables.map(\.path) == plain.variables.map(\.path))
  }

  @Test func worksUnderAName() throws {
    try write()
    let graph = built(LayerSequence([encoder.pretrained(path, normalization: .identity).named("trunk")]))
    // A name makes the layer a path of its own, which is no part of the names in the file.
    #expect(graph.diagnostics.isEmpty)
    #expect(graph.variables[0].path == "trunk.conv1.weight")
    #expect(
      StageWeights(initialising: graph, seed: 1)[graph.variables[1]]
        == FormulaTensors.values("bn1.weight", 4, 0.5, 1))
  }

  @Test func listsAllThatDoesNotFit() throws {
    try write {
      $0.filter { $0.name != "bn1.bias" && $0.name != "conv1.weight" } + [
        NamedTensor("conv1.weight", shape: [4, 3, 5, 5], [Float](repeating: 0, count: 300)),
        NamedTensor("other.weight", shape: [1], [0]), NamedTensor("fc.weight", shape: [1], [0]),
        NamedTensor("bn1.num_batches_tracked", shape: [], .int64([7])),
      ]
    }
    #expect(
      refusal(encoder.pretrained(path, normalization: .identity)) == """
        their 30 tensors by name and shape and no others but those of fc, projection
        1 missing: bn1.bias
                    1 of another shape: conv1.weight is [4, 3, 5, 5] and not [4, 3, 3, 3]
                    1 extra: other.weight
        """)
  }

  @Test func aListEnds() throws {
    try write { _ in (0..<50).map { NamedTensor("x\($0).weight", shape: [1], [0]) } }
    let refusal = refusal(encoder.pretrained(path, normalization: .identity))
    #expect(refusal?.contains("30 missing: conv1.weight, bn1.weight") == true)
    #expect(refusal?.contains("and 10 more") == true)
    #expect(refusal?.contains("50 extra: x0.weight, x1.weight") == true)
    #expect(refusal?.hasSuffix("and 30 more") == true)
  }

  @Test func saysWhatItLeavesOut() throws {
    try write { $0 + [NamedTensor("fc.bias", shape: [1], [0]), NamedTensor("fc.weight", shape: [1], [0])] }
    let graph = built(encoder.pretrained(path, normalization: .identity))
    try graph.validate()
    #expect(
      graph.pretrainedVariables.map(\.notes) == [
        ["\(path) also holds fc (2 tensors), which the layers do without."]
      ])
    let strict = encoder.pretrained(path, normalization: .identity, ignoring: [])
    #expect(refusal(strict) == "their 30 tensors by name and shape\n2 extra: fc.bias, fc.weight")
  }

  @Test func theFileSaysTheNormalisation() throws {
    try write(metadata: Normalization.imagenet.metadata)
    let graph = built(encoder.pretrained(path))
    try graph.validate()
    #expect(graph.inputNormalization == .imagenet)
    #expect(graph.description.contains("constant [0.485, 0.456, 0.406]"))
    #expect(built(encoder.pretrained(path, normalization: .identity)).inputNormalization == .identity)
  }

  @Test(arguments: [
    [:], ["loupe.mean": "0.5"], ["loupe.mean": "0.5", "loupe.std": "0"],
    ["loupe.mean": "0.5,x", "loupe.std": "1,1"],
    ["loupe.mean": "0.5,nan", "loupe.std": "1,1"], ["loupe.mean": "0.5,0.5", "loupe.std": "1"],
  ])
  func asksForTheNormalisation(metadata: [String: String]) throws {
    try write(metadata: metadata)
    #expect(
      refusal(encoder.pretrained(path)) == """
        what the images are to be normalised by, normalization: .imagenet for torchvision's weights or .identity for \
        images as they are
        none given, and \(path) does not say
        """)
  }

  @Test func normalisesEachChannel() throws {
    let layer = Normalize(Normalization(mean: [1, 2, 3], deviation: [2, 4, 0.5]))
    #expect(try Evaluation(of: layer, on: [1, 2, 3, 5, 6, 7], [1, 1, 2, 3]).output == [0, 0, 0, 2, 1, 8])
    let one = Normalize(Normalization(mean: [1], deviation: [2]))
    #expect(try Evaluation(of: one, on: [1, 2, 3], [1, 1, 1, 3]).output == [0, 0.5, 1])
    let (graph, _) = graph(of: layer, on: [1, 2, 2, 4])
    #expect(graph.diagnostics.map(\.expected) == ["[..., 3]"])
  }

  @Test(arguments: ["", "no such file"]) func aFileThatCannotBeRead(name: String) throws {
    let path = scratch.url.appending(path: name).path
    let text = try #require(refusal(encoder.pretrained(path, normalization: .identity)))
    #expect(text.hasPrefix("a safetensors file\n\(path) could not be read ("))
  }

  @Test func aPrefixTakesAPart() throws {
    try write {
      $0.map { NamedTensor("module.encoder_q." + $0.name, shape: $0.shape, $0.values) }
        + [NamedTensor("module.queue", shape: [1], [0])]
    }
    let graph = built(
      encoder.pretrained(path, normalization: .identity, prefix: "module.encoder_q."))
    try graph.validate()
    let bn = graph.variables[1]
    #expect(
      StageWeights(initialising: graph, seed: 1)[bn] == FormulaTensors.values("bn1.weight", 4, 0.5, 1))
    #expect(
      graph.pretrainedVariables.map(\.notes) == [
        [
          "\(path) also holds 1 tensors whose names do not begin with \"module.encoder_q.\"; they are left out."
        ]
      ])
    let wrong = try #require(refusal(encoder.pretrained(path, normalization: .identity, prefix: "net.")))
    #expect(wrong.contains("no name begins with \"net.\"; the names begin with \"module.\""))
    #expect(wrong.hasSuffix("all would be there with prefix: \"module.encoder_q.\""))
    let none = try #require(refusal(encoder.pretrained(path, normalization: .identity)))
    #expect(none.hasSuffix("all would be there with prefix: \"module.encoder_q.\""))
  }

  @Test func aMapOfPrefixes() throws {
    let map: PrefixMap = ["conv1.": "0.", "bn1.": "1.", "layer1.": "4.", "layer2.": "5."]
    try write { $0.map { NamedTensor(map.name(of: $0.name), shape: $0.shape, $0.values) } }
    #expect(try SafeTensors.read(URL(filePath: path)).names.first == "0.weight")
    let graph = built(encoder.pretrained(path, normalization: .identity, prefix: map))
    try graph.validate()
    #expect(graph.pretrainedVariables[0].names["layer2.0.bn1.bias"] == "5.0.bn1.bias")
  }

  @Test func numbersOfAnotherTypeAreConverted() throws {
    try write { $0.map { NamedTensor($0.name, shape: $0.shape, .float64($0.floats.map(Double.init))) } }
    let graph = built(encoder.pretrained(path, normalization: .identity))
    #expect(
      StageWeights(initialising: graph, seed: 1)[graph.variables[1]]
        == FormulaTensors.values("bn1.weight", 4, 0.5, 1))
  }
}
