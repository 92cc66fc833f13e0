/// One line of a stage: its views, a layer, a loss, how it is optimised.
///
/// This module does not know what a component does; it prints its summary and tells stages apart by it.
public protocol StageComponent: Checkable {
  /// The component and every setting of it, in one line.
  var summary: String { get }
}

/// The data that a stage reads.
public protocol StageInput: Checkable {
  /// The selection in one line, such as `labelled(train)`.
  var summary: String { get }
}

/// A layer as a line of a stage.
public struct LayerComponent: StageComponent {
  /// The layer.
  public let layer: any Layer

  /// A line that is a layer.
  public init(_ layer: any Layer) { self.layer = layer }

  public var summary: String { settings(of: layer) }
  public var parts: [any Checkable] { [layer] }
}

/// A value's type and stored properties, `Linear(outputs: 26, bias: true)`, without the places in the source
/// that layers remember: moving a line changes nothing.
private func settings(of value: Any) -> String {
  if let text = value as? String { return "\"\(text)\"" }
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .struct, .class:
    // A number called `line` is a place only beside the file.
    let isPlaced = mirror.children.contains { $0.label == "file" && $0.value is StaticString }
    let properties = mirror.children.filter {
      type(of: $0.value) != SourceLocation.self && type(of: $0.value) != SourceLocation?.self
        && !(isPlaced && ($0.label == "file" || $0.label == "line"))
    }
    return "\(type(of: value))("
      + properties.map { "\($0.label ?? ""): \(settings(of: $0.value))" }
      .joined(separator: ", ") + ")"
  case .collection:
    return "[" + mirror.children.map { settings(of: $0.value) }.joined(separator: ", ") + "]"
  case .optional:
    return mirror.children.first.map { settings(of: $0.value) } ?? "nil"
  default:
    return String(describing: value)
  }
}
