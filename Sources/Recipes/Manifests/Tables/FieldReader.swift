/// A reader of fields with patients, labels and splits, which counts the values that it reinterprets.
struct FieldReader {
  /// The content of a split field.
  enum SplitField {
    case given(Split), none, unknown(String)

    var split: Split? { if case .given(let split) = self { split } else { nil } }
  }

  private let classes: Set<String>
  private var tidied = 0
  private var missing: [(field: String, words: [String: Int])] = [
    ("patient", [:]), ("label", [:]), ("split", [:]),
  ]

  /// Creates a reader.
  ///
  /// - Parameter classes: Labels that are classes although they look like words for missing values.
  init(classes: Set<String>) { self.classes = classes }

  /// Returns the name of a patient, empty if missing.
  mutating func patient(_ text: String) -> String {
    let text = tidy(text)
    return MissingWord.isNobody(text) ? count(0, text) : text
  }

  /// Returns a label, nil if missing.
  mutating func label(_ text: String) -> String? {
    let text = tidy(text)
    let isMissing = !classes.contains(text) && MissingWord.isMissing(text)
    let label = isMissing ? count(1, text) : text
    return label.isEmpty ? nil : label
  }

  mutating func split(_ text: String) -> SplitField {
    let text = tidy(text)
    if text.isEmpty { return .none }
    if let split = Split(named: text) { return .given(split) }
    guard MissingWord.isMissing(text) else { return .unknown(text) }
    _ = count(2, text)
    return .none
  }

  /// Notes about reinterpreted values.
  var notes: [String] {
    var notes: [String] = []
    if tidied > 0 {
      notes.append(
        "\(tidied) field\(tidied == 1 ? " holds" : "s hold") characters that nobody sees, such as non-breaking or "
          + "zero-width spaces, and \(tidied == 1 ? "is" : "are") read without them.")
    }
    for (field, words) in missing where !words.isEmpty {
      let told = words.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) (\($0.value))" }
      notes.append("Words that are read as no \(field): \(told.listed(upTo: 8)).")
    }
    return notes
  }

  /// Returns whether a number has lost digits, as Excel writes long ones: 1.23457E+11.
  static func isShortenedNumber(_ text: String) -> Bool {
    // The pattern is compiled for each text that may match it: for few, as tables may have a million rows.
    text.utf8.contains(UInt8(ascii: "+")) && text.wholeMatch(of: /[0-9]([.,][0-9]+)?[eE]\+[0-9]+/) != nil
  }

  private mutating func tidy(_ text: String) -> String {
    let tidied = text.tidied
    if !tidied.utf8.elementsEqual(text.utf8) { self.tidied += 1 }
    return tidied
  }

  private mutating func count(_ field: Int, _ word: String) -> String {
    missing[field].words[word, default: 0] += 1
    return ""
  }
}

extension Split {
  /// Creates the split with that name, in any case; `val`, `valid` and `validate` are the validation split,
  /// `training` and `testing` the others.
  init?(named name: String) {
    switch name.lowercased() {
    case "train", "training": self = .train
    case "val", "valid", "validate", "validation": self = .validation
    case "test", "testing": self = .test
    default: return nil
    }
  }
}
