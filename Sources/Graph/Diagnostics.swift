/// A place in the user's source.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  /// Module and file, `MyModel/Encoder.swift`.
  public let file: String
  /// The line, from 1.
  public let line: Int

  /// The place of the caller.
  public init(file: StaticString = #fileID, line: Int = #line) {
    self.file = "\(file)"
    self.line = line
  }

  public var description: String { "\(file):\(line)" }
}

/// One mistake in a model, with the layer and the line that made it.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// The path of the layer, empty at the top.
  public let path: String
  /// Where the layer was written.
  public let location: SourceLocation?
  /// What is wrong.
  public let error: String
  /// What would have fitted.
  public let expected: String
  /// What was there.
  public let found: String

  public var description: String {
    let place = [path.isEmpty ? "model" : path, location.map { "(\($0))" }].compactMap { $0 }
    return "\(place.joined(separator: " ")): \(error)\n  expected: \(expected)\n  found:    \(found)"
  }
}

/// Every mistake found while a graph was built.
public struct GraphErrors: Error, CustomStringConvertible, Sendable {
  /// The mistakes in the order they were met.
  public let diagnostics: [Diagnostic]

  public var description: String {
    let count = diagnostics.count == 1 ? "1 error" : "\(diagnostics.count) errors"
    return "The model has \(count).\n" + diagnostics.map(\.description).joined(separator: "\n")
  }
}
