/// One line of a stage: its views, a layer, a loss, its optimization.
///
/// A line is a value: stages with equal lines are the same. A component that stores a function must define
/// its equality.
public protocol StageComponent: Checkable, Hashable {
  /// The component and all its settings in one readable line.
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

  /// Creates a line for a layer.
  ///
  /// - Parameter layer: The layer.
  public init(_ layer: any Layer) { self.layer = layer }

  public var summary: String { settings(of: layer) }
  public var parts: [any Checkable] { [layer] }

  public static func == (a: LayerComponent, b: LayerComponent) -> Bool { areEqual(a.layer, b.layer) }

  public func hash(into hasher: inout Hasher) { hasher.combine(layer) }
}

/// Returns a value's type and stored properties, `Linear(outputs: 26, bias: true)`, without incidental ones.
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
