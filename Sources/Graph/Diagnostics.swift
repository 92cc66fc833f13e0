/// A source location in the user's code.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  /// Module and file, `MyModel/Encoder.swift`.
  public let file: String
  /// The line, starting at 1.
  public let line: Int

  /// Creates the location of the call site.
  ///
  /// - Parameters:
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(file: StaticString = #fileID, line: Int = #line) {
    self.file = "\(file)"
    self.line = line
  }

  public var description: String { "\(file):\(line)" }
}

/// One error in a model, with the layer and the line that caused it.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// The path of the layer, empty at the top.
  public let path: String
  /// The source location of the layer.
  public let location: SourceLocation?
  /// A sentence that says what is wrong.
  public let error: String
  /// The expected type or shape.
  public let expected: String
  /// The actual type or shape.
  public let found: String

  public var description: String {
    let place = [path.isEmpty ? "model" : path, location.map { "(\($0))" }].compactMap { $0 }
    return "\(place.joined(separator: " ")): \(error)\n  expected: \(expected)\n  found:    \(found)"
  }
}

/// Every error found while a graph was built.
public struct GraphErrors: Error, CustomStringConvertible, Sendable {
  /// The errors in the order they were found.
  public let diagnostics: [Diagnostic]

  public var description: String {
    let count = diagnostics.count == 1 ? "1 error" : "\(diagnostics.count) errors"
    return "The model has \(count).\n" + diagnostics.map(\.description).joined(separator: "\n")
  }
}
