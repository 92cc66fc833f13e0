import Foundation
import Recipes

extension SkinMICLe {
  /// Writes the report of a run again from its files.
  static func report(_ arguments: Arguments) throws {
    _ = try ([arguments.run ?? ""] + arguments.compared).map { try RunArchive(in: URL(filePath: $0)) }
    throw Arguments.Refusal(description: "This version has no report yet.", code: .software)
  }

  /// Looks for faults in photographs.
  static func audit(_ arguments: Arguments) throws {
    throw Arguments.Refusal(description: "This version has no audit yet.", code: .software)
  }
}
