import Foundation
import Testing

@testable import Recipes

struct PretrainedTests {
  let scratch: ScratchFolder
  let encoder = SmallClinic.encoder

  init() throws { scratch = try ScratchFolder() }

  var path: String { scratch.url.appending(path: "weights.safetensors").path }

  /// Writes the encoder's tensors, changed.
  @discardableResult
  func write(
    metadata: [String: String] = [:], _ change: ([NamedTensor]) -> [NamedTensor] = { $0 }
  ) throws -> [NamedTensor] {
    let (graph, _) = graph(of: encoder, on: [1, 16, 16, 3], mode: .inference)
    let tensors = change(graph.variables.map(FormulaTensors.weight))
    try SafeTensors.write(tensors, metadata: metadata, to: URL(filePath: path))
    return tensors
  }

  func built(_ layer: some Layer) -> GraphBuilder { graph(of: layer, on: [2, 16, 16, 3]).0 }

  func refusal(_ layer: some Layer) -> String? {
    built(layer).diagnostics.first.map { "\($0.expected)\n\($0.found)" }
  }

  @Test func variablesStartFromTheFile() throws {
    try write()
    let pretrained = encoder.pretrained(path, normalization: .identity)
    let model = LayerSequence([pretrained, ClassificationHead(classes: 3)])
    let graph = built(model)
    try graph.validate()
    let weights = try StageWeights(initializing: graph, seed: 1)
    for variable in graph.variables {
      if variable.path.hasPrefix("fc.") {
        #expect(try weights[variable] == variable.initialValues(seed: 1, as: Float.self))
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
      try StageWeights(initializing: graph, seed: 1)[graph.variables[1]]
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
        their 30 tensors by name and shape and no others but those of fc, projection, head, classifier, fc_norm, mask_token
        1 missing: bn1.bias
                    1 of another shape: conv1.weight is [4, 3, 5, 5] and not [4, 3, 3, 3]
                    1 extra: other.weight
        """)
  }

  @Test func aListEnds() throws {
    try write { _ in (0..<50).map { NamedTensor("x\($0).weight", shape: [1], [0]) } }
    let wrong = refusal(encoder.pretrained(path, normalization: .identity))
    #expect(wrong?.contains("30 missing: conv1.weight, bn1.weight") == true)
    #expect(wrong?.contains("and 10 more") == true)
    #expect(wrong?.contains("50 extra: x0.weight, x1.weight") == true)
    #expect(wrong?.hasSuffix("and 30 more") == true)
  }

  @Test func saysWhatItLeavesOut() throws {
    try write { $0 + [NamedTensor("fc.bias", shape: [1], [0]), NamedTensor("fc.weight", shape: [1], [0])] }
    let graph = built(encoder.pretrained(path, normalization: .identity))
    try graph.validate()
    #expect(
      graph.pretrainedNotes == [
        "30 tensors are from \(path); images are left in 0 to 1.",
        "\(path) also holds fc (2 tensors), which the layers do without.",
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
        what the images are to be normalized by, normalization: .imagenet for torchvision's weights or .identity for \
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
    #expect(text.hasPrefix("a safetensors file or a checkpoint\n\(path) could not be read ("))
  }

  @Test func strangeNumbersOfOthersDoNotMatter() throws {
    try write {
      $0 + [NamedTensor("fc.weight", shape: [1], [.nan]), NamedTensor("fc.running_var", shape: [1], [-1])]
    }
    #expect(built(encoder.pretrained(path, normalization: .identity)).diagnostics.isEmpty)
  }

  @Test func layersMayBeAppliedTwice() throws {
    try write()
    let (graph, layers) = (GraphBuilder(), encoder.pretrained(path, normalization: .identity))
    for name in ["a", "b"] { _ = layers.atRoot(graph.input(name, [2, 16, 16, 3])) }
    try graph.validate()
    #expect(graph.variables.count == 30)
  }

  /// What a program is given by hand is what a stage begins with.
  @Test func initialValuesComeFromTheFile() throws {
    try write()
    let graph = GraphBuilder(mode: .inference)
    let y = encoder.pretrained(path, normalization: .identity).atRoot(graph.input("images", [1, 16, 16, 3]))
    let program = try Program(graph, outputs: [y], workers: Workers(count: 1))
    for variable in program.variables {
      program.setVariable(variable.path, to: try variable.initialValues(seed: 1, as: Float.self))
      #expect(
        TorchLayout(of: variable).toTorch(program.variable(variable.path, as: Float.self))
          == FormulaTensors.weight(variable).floats)
    }
  }

  @Test func aFileThatChangesIsReadAgain() throws {
    try write()
    let layers = encoder.pretrained(path, normalization: .identity)
    let before = built(layers)
    try write { $0.map { NamedTensor($0.name, shape: $0.shape, $0.floats.map { $0 + 1 }) } }
    let after = built(layers)
    #expect(before.variables[1].initializer != after.variables[1].initializer)
    let values = try [before, after].map { try $0.variables[1].initialValues(seed: 1, as: Float.self) }
    // The file that another has taken the place of is still read as it was.
    #expect(values[0] == FormulaTensors.values("bn1.weight", 4, 0.5, 1))
    #expect(values[1] == values[0].map { $0 + 1 })
  }

  @Test func aFileThatIsCutShortIsAnError() throws {
    try write()
    let graph = built(encoder.pretrained(path, normalization: .identity))
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: 500)
    try handle.close()
    #expect(throws: WeightsError.changed(file: path)) { try StageWeights(initializing: graph, seed: 1) }
  }

  @Test func aDamagedFileOfARunIsRefused() throws {
    let (graph, _) = graph(of: encoder, on: [1, 16, 16, 3], mode: .inference)
    let url = URL(filePath: path)
    try SafeTensors.write(
      graph.variables.map(FormulaTensors.weight), metadata: Normalization.identity.metadata, isSealed: true,
      to: url)
    #expect(built(encoder.pretrained(path)).diagnostics.isEmpty)
    var bytes = try Data(contentsOf: url)
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: url)
    #expect(
      refusal(encoder.pretrained(path))
        == "a safetensors file or a checkpoint\n\(WeightsError.damaged(file: path))")
  }

  @Test func onlyWhatIsAskedForHasToBeReadable() throws {
    try write { $0 + [NamedTensor("fc.mask", shape: [4], [1, 0, 1, 0])] }
    try retype("fc.mask", as: "I16")
    #expect(built(encoder.pretrained(path, normalization: .identity)).diagnostics.isEmpty)
    try write { $0 + [NamedTensor("generator", shape: [4], [1, 0, 1, 0])] }
    try retype("generator", as: "U16")
    let other = built(encoder.pretrained(path, normalization: .identity))
    #expect(other.diagnostics.isEmpty)
    #expect(
      other.pretrainedNotes == [
        "30 tensors are from \(path); images are left in 0 to 1.",
        "\(path) also holds generator (1 tensors), which the layers do without.",
      ])
    try retype("bn1.bias", as: "U16")
    let wrong = refusal(encoder.pretrained(path, normalization: .identity))
    let says = "1 with values that cannot be started from: bn1.bias is stored as U16, which is not read"
    #expect(wrong?.hasSuffix(says) == true, "\(wrong ?? "")")
  }

  /// Gives a tensor of the file another type, whose name has as many letters.
  private func retype(_ name: String, as type: String) throws {
    let url = URL(filePath: path)
    var bytes = try Data(contentsOf: url)
    let entry = try #require(bytes.range(of: Data("\"\(name)\":{".utf8)))
    let old = try #require(bytes.range(of: Data("\"F32\"".utf8), in: entry.upperBound..<bytes.endIndex))
    bytes.replaceSubrange(old, with: Data("\"\(type)\"".utf8))
    try bytes.write(to: url)
  }

  @Test func aMapOfPrefixes() throws {
    let map: PrefixMap = ["conv1.": "0.", "bn1.": "1.", "layer1.": "4.", "layer2.": "5."]
    try write { $0.map { NamedTensor(map.name(of: $0.name), shape: $0.shape, $0.values) } }
    #expect(try SafeTensors.read(URL(filePath: path)).names.first == "0.weight")
    let graph = built(encoder.pretrained(path, normalization: .identity, prefix: map))
    try graph.validate()
    let starts = graph.variables.map { "\($0.initializer)" }
    #expect(starts.contains { $0.contains("5.0.bn1.bias of ") })
  }

  @Test func numbersOfAnotherTypeAreConverted() throws {
    try write { $0.map { NamedTensor($0.name, shape: $0.shape, .float64($0.floats.map(Double.init))) } }
    let graph = built(encoder.pretrained(path, normalization: .identity))
    #expect(
      try StageWeights(initializing: graph, seed: 1)[graph.variables[1]]
        == FormulaTensors.values("bn1.weight", 4, 0.5, 1))
  }
}
