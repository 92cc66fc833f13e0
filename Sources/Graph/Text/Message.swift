/// Text for people, whose interpolated values are ``Swift/String/printable``: a file's name or a label cannot move the
/// cursor, begin a line of its own or hide what follows.
///
///     var message: Message { "\(file) is empty; copy it again" }
///
/// Only a message is interpolated as it is, with its line breaks.
package struct Message: Sendable, ExpressibleByStringInterpolation {
  /// The text.
  package private(set) var text: String

  package init(stringLiteral text: String) { self.text = text }

  package init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

  package static func + (first: Message, second: Message) -> Message {
    var sum = first
    sum.text += second.text
    return sum
  }

  /// What a message is made of.
  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    package mutating func appendLiteral(_ literal: String) { text += literal }

    package mutating func appendInterpolation(_ message: Message) { text += message.text }

    package mutating func appendInterpolation(_ value: some Any) { text += String(describing: value).printable }
  }
}

extension Sequence<Message> {
  /// The messages in a row, with a separator between them.
  package func joined(by separator: Message) -> Message {
    var rest = makeIterator()
    guard var joined = rest.next() else { return "" }
    while let message = rest.next() { joined = joined + separator + message }
    return joined
  }
}
