import Synchronization

/// Values as text that later versions write in the same way, for what is on disk: a file that was made with
/// other settings is told by it.
///
///     StableText(of: RandomFlip()).text  // RandomFlip(0.5,0.0)
///
/// A value is written as the name of its type and its stored properties, or the values of its case, in order
/// and without their names. Properties marked `@Incidental` are left out. The name of a type from another
/// package follows a `~`. A type that is renamed, or whose properties change without a change of meaning,
/// conforms to ``StablyWritten`` and writes itself as before.
struct StableText {
  /// The text so far.
  private(set) var text = ""

  /// The text of a value.
  init(of value: Any) { write(value) }

  /// Adds a text as it is.
  mutating func write(verbatim text: String) { self.text += text }

  /// Adds a value.
  mutating func write(_ value: Any) {
    switch value {
    // Most values, before casts to protocols, which take longer.
    case let value as Int: text += String(value)
    case let value as Double: text += "\(value)"
    case let value as any OptionalValue: value.wrapped.map { write($0) } ?? write(verbatim: "nil")
    case let value as any StablyWritten: value.write(to: &self)
    case let value as String: text += value.debugDescription
    case is Bool, is any BinaryInteger, is any BinaryFloatingPoint: text += "\(value)"
    case let value as any RawRepresentable: write(StableText.name(of: value), [value.rawValue])
    default: write(reflecting: value)
    }
  }

  /// Adds the elements of a list in brackets.
  mutating func write(_ name: String, _ elements: some Sequence<Any>) {
    text += name + "("
    for (place, element) in elements.enumerated() {
      if place > 0 { text += "," }
      write(element)
    }
    text += ")"
  }

  // The name of a value's type within its module; of a type of another package after a `~`.
  private static func name(of value: Any) -> String {
    let type = type(of: value)
    return names.withLock { names in
      if let known = names[ObjectIdentifier(type)] { return known }
      let parts = String(reflecting: type).split(separator: ".")
      let isOwn = ["Graph", "Ops", "Recipes"].contains(parts[0])
      let name = isOwn ? parts.dropFirst().filter { !$0.hasPrefix("(") }.joined(separator: ".") : "~\(type)"
      names[ObjectIdentifier(type)] = name
      return name
    }
  }

  private static let names = Mutex<[ObjectIdentifier: String]>([:])

  private mutating func write(reflecting value: Any) {
    let mirror = Mirror(reflecting: value)
    let properties = mirror.children.map(\.value).filter { !($0 is any IncidentalProperty) }
    switch mirror.displayStyle {
    case .tuple, .collection: write("", properties)
    // Their order is another in each process.
    case .set, .dictionary: text += "\(properties.map { StableText(of: $0).text }.sorted())"
    case .enum:
      // A case that has nothing with it is printed by its name.
      let name = mirror.children.first?.label ?? "\(value)"
      write(StableText.name(of: value) + "." + name, properties)
    case .struct, .class: write(StableText.name(of: value), properties)
    default: text += "function"  // which cannot be told from another
    }
  }
}

/// An optional, looked into before its type is.
private protocol OptionalValue {
  var wrapped: Any? { get }
}

extension Optional: OptionalValue {
  fileprivate var wrapped: Any? { self }
}

/// A value with a text of its own, because it was renamed or its stored properties are not what identifies
/// it.
protocol StablyWritten {
  /// Adds the text that identifies it.
  func write(to text: inout StableText)
}
