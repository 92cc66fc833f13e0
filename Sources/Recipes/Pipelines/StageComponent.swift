/// One line of a stage: its views, a layer, a loss, how it is optimized.
///
/// A line is a value: two stages are the same if their lines are equal. A component that holds a function
/// says itself what makes two of it equal.
public protocol StageComponent: Checkable, Hashable {
  /// The component and every setting of it, in one line, for people.
  var summary: String { get }
}

/// The data that a stage reads.
public protocol StageInput: Checkable, Hashable {
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

  public static func == (a: LayerComponent, b: LayerComponent) -> Bool { areEqual(a.layer, b.layer) }

  public func hash(into hasher: inout Hasher) { hasher.combine(layer) }
}

/// A value's type and stored properties, `Linear(outputs: 26, bias: true)`, without those that are
/// incidental.
private func settings(of value: Any) -> String {
  if let text = value as? String { return "\"\(text)\"" }
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .struct, .class:
    let properties = mirror.children.filter { !($0.value is any IncidentalProperty) }
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
