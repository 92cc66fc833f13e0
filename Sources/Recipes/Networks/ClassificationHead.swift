/// The final linear layer of a classifier: `[N, features]` to logits `[N, classes]`. Its parameters are
/// `fc.weight` and `fc.bias`, as in torchvision.
public struct ClassificationHead: Layer {
  let classes: Int
  @Incidental private var file: StaticString
  @Incidental private var line: Int

  /// Creates a head for the given number of classes.
  ///
  /// - Parameters:
  ///   - classes: The number of classes.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(classes: Int, file: StaticString = #fileID, line: Int = #line) {
    self.classes = classes
    self.file = file
    self.line = line
  }

  public var isTransparent: Bool { true }

  public var problems: [SettingProblem] { Check.count("classes", classes) }

  public var location: SourceLocation? { SourceLocation(file: file, line: line) }
  public var body: some Layer { Linear(classes, file: file, line: line).named(Self.layer) }

  private static let layer = "fc"

  /// Returns the name of a parameter within the head, by its path in a classifier; nil for others.
  static func parameter(of path: String) -> String? {
    path.hasPrefix(layer + ".") ? String(path.dropFirst(layer.count + 1)) : nil
  }
}
