import Foundation
import Testing

@testable import Recipes

// What the names in a file begin with.
extension PretrainedTests {
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
      try StageWeights(initializing: graph, seed: 1)[bn] == FormulaTensors.values("bn1.weight", 4, 0.5, 1))
    #expect(
      graph.pretrainedNotes == [
        "30 tensors are from \(path); images are left in 0 to 1.",
        "\(path) also holds 1 tensors whose names do not begin with \"module.encoder_q.\"; they are left out.",
      ])
    let wrong = try #require(refusal(encoder.pretrained(path, normalization: .identity, prefix: "net.")))
    #expect(wrong.contains("no name begins with \"net.\"; the names begin with \"module.\""))
    #expect(wrong.hasSuffix("all would be there with prefix: \"module.encoder_q.\""))
  }

  @Test(arguments: ["module.", "encoder_q.", "backbone.", "net/"])
  func onePrefixIsFoundOut(prefix: String) throws {
    try write {
      $0.map { NamedTensor(prefix + $0.name, shape: $0.shape, $0.values) } + [
        NamedTensor(prefix + "fc.weight", shape: [1], [0]),
        NamedTensor(prefix + "bn1.num_batches_tracked", shape: [], .int64([7])),
        NamedTensor("queue", shape: [1], [0]),
      ]
    }
    let graph = built(encoder.pretrained(path, normalization: .identity))
    try graph.validate()
    #expect(
      try StageWeights(initializing: graph, seed: 1)[graph.variables[1]]
        == FormulaTensors.values("bn1.weight", 4, 0.5, 1))
    #expect(
      graph.pretrainedNotes == [
        "The names in \(path) begin with \"\(prefix)\", which is taken off.",
        "30 tensors are from \(path); images are left in 0 to 1.",
        "\(path) also holds fc (1 tensors), which the layers do without.",
        "\(path) also holds 1 tensors whose names do not begin with \"\(prefix)\"; they are left out.",
      ])
    // What somebody has asked for is not replaced.
    #expect(refusal(encoder.pretrained(path, normalization: .identity, prefix: "")) != nil)
  }

  @Test func severalPrefixesAreNamed() throws {
    try write { tensors in
      ["encoder_q.", "encoder_k."].flatMap { prefix in
        tensors.map { NamedTensor(prefix + $0.name, shape: $0.shape, $0.values) }
      }
    }
    let several = try #require(refusal(encoder.pretrained(path, normalization: .identity)))
    #expect(
      several.hasSuffix("all would be there with prefix: \"encoder_k.\" or prefix: \"encoder_q.\""))
    let chosen = built(encoder.pretrained(path, normalization: .identity, prefix: "encoder_q."))
    #expect(chosen.diagnostics.isEmpty)
  }

  // One that fits by name but not by shape is none.
  @Test func aPrefixFitsByShapeToo() throws {
    try write { tensors in
      tensors.map { NamedTensor("small." + $0.name, shape: $0.shape, $0.values) }
        + tensors.map { NamedTensor("large." + $0.name, shape: $0.shape + [1], $0.values) }
    }
    let graph = built(encoder.pretrained(path, normalization: .identity))
    try graph.validate()
    #expect(graph.pretrainedNotes.first?.contains("begin with \"small.\"") == true)
  }

  /// Numbers that nothing can be trained from.
  @Test(arguments: [
    ("bn1.weight", NamedTensor.Values.float32([1, .nan, 3, .nan]), "has 2 values that are no numbers"),
    ("bn1.bias", .float32([1, .infinity, 3, 4]), "has 1 infinite values"),
    ("bn1.running_mean", .float64([1, 2, -1e300, 4]), "has 1 values too large for 32 bits"),
    ("bn1.running_var", .float32([1, 0, -1, 4]), "has 1 variances below 0"),
    ("layer1.0.bn2.running_var", .float32([-1, -1, -1, -1]), "has 4 variances below 0"),
  ])
  func strangeNumbersAreNamed(name: String, values: NamedTensor.Values, says: String) throws {
    try write { $0.map { $0.name == name ? NamedTensor(name, shape: [4], values) : $0 } }
    #expect(
      refusal(encoder.pretrained(path, normalization: .identity)) == """
        their 30 tensors by name and shape and no others but those of fc, projection, head, classifier, fc_norm, mask_token
        1 with values that cannot be started from: \(name) \(says)
        """)
  }
}
