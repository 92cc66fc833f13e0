/// Values as text that later versions write in the same way, for what is on disk: a file that was made with
/// other settings is told by it.
///
///     StableText(of: RandomFlip()).text  // RandomFlip(0.5,0.0)
///
/// A value is the name of its type, which ``StableNames`` keeps while the type's own may change, and its
/// stored properties, or what goes with its case, in order and without their names. What is marked
/// `@Incidental` is left out. A type of another package has the name that it has there, after a `~`.
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
    case let value as any OptionalValue: value.wrapped.map { write($0) } ?? write(verbatim: "nil")
    case let value as any StablyWritten: value.write(to: &self)
    case let value as String: text += value.debugDescription
    case is Bool, is any BinaryInteger, is any BinaryFloatingPoint: text += "\(value)"
    case let value as any RawRepresentable: write(StableNames.name(of: value), [value.rawValue])
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
      write(StableNames.name(of: value) + "." + name, properties)
    case .struct, .class: write(StableNames.name(of: value), properties)
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

/// A value that writes itself, as its stored properties say less than it is or more.
protocol StablyWritten {
  /// Adds what makes it another value than others.
  func write(to text: inout StableText)
}
