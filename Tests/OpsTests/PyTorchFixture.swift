import Foundation
import Recipes
import Testing

/// One case of `Tests/Fixtures/ops.safetensors`: what PyTorch computed, and from what.
struct PyTorchFixture: Sendable, CustomTestStringConvertible {
  /// The settings of a case's operation; each operation has its own few.
  struct Attributes: Decodable, Sendable {
    let axes, shape, permutation, start, end, low, high, window, stride, padding, dilation: [Int]?
    let axis, groups, heads: Int?
    let exponent, epsilon, smoothing: Double?
    let weights: [Double]?
    let comparison: String?
    let transposeA, transposeB, biased, masked: Bool?
  }

  /// The operation's name in the file.
  let operation: String
  /// The operation's name and the case's.
  let name: String
  let attributes: Attributes
  let inputs: [NamedTensor]
  /// The gradient for each input, nil where it is a constant.
  let gradients: [NamedTensor?]
  let output: NamedTensor
  let upstream: NamedTensor

  var testDescription: String { name }

  static func read() throws -> [PyTorchFixture] {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = try SafeTensors.read(tests.appending(path: "Fixtures/ops.safetensors"))
    let text = try #require(file.metadata["cases"])
    let cases = try JSONDecoder().decode([String: Attributes].self, from: Data(text.utf8))
    return try cases.sorted { $0.key < $1.key }.map { try PyTorchFixture($0.key, $0.value, from: file) }
  }

  private init(_ name: String, _ attributes: Attributes, from file: SafeTensors) throws {
    self.name = name
    self.attributes = attributes
    operation = String(name.prefix { $0 != "/" })
    var inputs: [NamedTensor] = []
    while let input = try file["\(name)/input\(inputs.count)"] { inputs.append(input) }
    self.inputs = inputs
    gradients = try inputs.indices.map { try file["\(name)/gradient\($0)"] }
    output = try file.tensor(named: "\(name)/output")
    upstream = try file.tensor(named: "\(name)/upstream")
  }
}
