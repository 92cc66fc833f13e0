/// Words that programs and people write for missing values.
enum MissingWord {
  /// Returns whether a text means a missing value: `NaN`, `NA`, `None`, `NULL` and other words of pandas, R,
  /// SPSS, databases and spreadsheets, their errors (`#N/A`, `#VALUE!`), or dashes and question marks.
  static func isMissing(_ text: String) -> Bool {
    if text.utf8.count > 24 { return false }
    let word = text.lowercased()
    if words.contains(word) { return true }
    if word.hasPrefix("#") {
      return word.hasSuffix("!") || word.hasSuffix("?") || word.allSatisfy { $0 == "#" }
    }
    return !word.isEmpty && word.allSatisfy { marks.contains($0) }
  }

  /// Whether a patient's name says that nobody knows whom the photograph shows, or another field that nobody
  /// knows what it asks for, though as a label it may be a class.
  static func isNobody(_ text: String) -> Bool { isMissing(text) || strangers.contains(text.lowercased()) }

  /// Returns whether a label may be a class of its own, or may mean an unknown class.
  static func isVague(_ text: String) -> Bool { vague.contains(text.lowercased()) }

  private static let words: Set = [
    "nan", "-nan", "+nan", "na", "n/a", "n.a.", "n.a", "n/d", "n.d.", "nd", "<na>", "nat", "none", "null",
    "(null)",
    "<null>", "nil", "\\n", "undefined", "missing", "(missing)", "blank", "(blank)", "empty", "#n/a", "#na",
    "#nv",
    "#n/d", "#nan", "#n/a n/a", "-1.#ind", "1.#ind", "-1.#qnan", "1.#qnan", "not available", "-1", "-1.0",
    "-9",
    "-9.0", "-99", "-99.0", "-999", "-999.0", "-9999",
  ]
  private static let marks: Set<Character> = ["-", "–", "—", "−", "?", ".", "_", "*"]
  private static let strangers: Set = [
    "unknown", "unk", "unknow", "not known", "unbekannt", "inconnu", "desconocido", "sconosciuto", "onbekend",
    "anonymous", "anonymized", "anonymised", "anonym", "anon", "unidentified", "nobody",
  ]
  private static let vague: Set = [
    "unknown", "unk", "not known", "unbekannt", "inconnu", "desconocido", "other", "others", "misc",
    "miscellaneous",
    "undetermined", "indeterminate", "unspecified", "unclear", "uncertain", "not sure", "unlabelled",
    "unlabeled",
  ]
}
