import Foundation
import Recipes

/// Numbers that Fixtures/make_network_fixtures.py computes in the same way, so that no file has to hold them.
enum FormulaTensors {
  private static let table: [Double] = (1...8191).map { index in
    var z = UInt64(index) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 40) * 0x1p-24
  }

  /// The FNV-1a hash of a text.
  static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// So many numbers between two, a function of the name.
  static func values(_ name: String, _ count: Int, _ low: Double, _ high: Double) -> [Float] {
    let first = Int(hash(name) % 8191)
    let period = (0..<min(count, 8191)).map { Float(low + (high - low) * table[(first + $0) % 8191]) }
    var values: [Float] = []
    values.reserveCapacity(count)
    while values.count < count { values += period.prefix(count - values.count) }
    return values
  }

  /// A weight file's tensor for a variable.
  static func weight(_ variable: Variable) -> NamedTensor {
    let shape = TorchLayout(of: variable).torchShape.dimensions
    let (name, count) = (variable.path, shape.reduce(1, *))
    if shape.count > 1 {
      let bound = ((shape.count == 2 ? 96 : 6) / Double(count / shape[0])).squareRoot()
      return NamedTensor(name, shape: shape, values(name, count, -bound, bound))
    }
    if name.hasSuffix(".weight") { return NamedTensor(name, shape: shape, values(name, count, 0.5, 1)) }
    if name.hasSuffix("running_var") { return NamedTensor(name, shape: shape, values(name, count, 0.5, 1.5)) }
    return NamedTensor(name, shape: shape, values(name, count, -0.1, 0.1))
  }

  /// A weight file for a model.
  static func write(_ model: some Layer, metadata: [String: String] = [:], to file: URL) throws {
    let (graph, _) = graph(of: model, on: [1, 32, 32, 3], mode: .inference)
    try SafeTensors.write(graph.variables.map(weight), metadata: metadata, to: file)
  }
}

/// The contents of Fixtures/networks.json.
struct NetworkFixture: Decodable {
  struct Layout: Decodable {
    let tensors: Int
    let elements: Int
    let hash: String
  }

  let layouts: [String: Layout]
  let logits: [String: [[Float]]]

  static func load() throws -> NetworkFixture {
    let url = Bundle.module.url(forResource: "networks", withExtension: "json", subdirectory: "Fixtures")
    return try JSONDecoder().decode(NetworkFixture.self, from: Data(contentsOf: url ?? URL(filePath: "/")))
  }
}
