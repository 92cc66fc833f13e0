import Foundation
import Recipes

/// The reference values in `Tests/Fixtures`.
enum Fixtures {
  /// A file of reference values.
  static func url(_ name: String) -> URL {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()  // Support
      .deletingLastPathComponent()  // RecipesTests
      .deletingLastPathComponent()  // Tests
    return tests.appending(path: "Fixtures/\(name)")
  }

  /// The tensors of a file.
  static func tensors(_ name: String) throws -> SafeTensors { try SafeTensors.read(url(name)) }
}

extension SafeTensors {
  /// Every tensor, in the order of their names.
  var tensors: [NamedTensor] {
    get throws { try names.compactMap { try self[$0] } }
  }

  /// A tensor of real numbers in double precision.
  func doubles(_ name: String) throws -> [Double] {
    let tensor = try tensor(named: name)
    if case .float64(let values) = tensor.values { return values }
    return tensor.floats.map { Double($0) }
  }
}
