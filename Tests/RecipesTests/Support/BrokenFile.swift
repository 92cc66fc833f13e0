import Testing

/// A file that is not what it should be, and what is said about it.
struct BrokenFile: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let sentence: String

  init(_ description: String, bytes: [UInt8], says sentence: String) {
    testDescription = description
    self.bytes = bytes
    self.sentence = sentence
  }
}
