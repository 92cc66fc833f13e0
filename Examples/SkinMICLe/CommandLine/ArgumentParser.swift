import Recipes

extension Arguments {
  /// Parses the arguments after the program's name.
  ///
  /// The conventions are those of swift-argument-parser: the subcommand comes first, a value follows its flag
  /// or an equals sign, `--no-NAME` is the opposite of a toggle, words after `--` are not flags, and `--help`
  /// counts anywhere before it.
  init(_ arguments: some Sequence<String>) throws(Refusal) {
    self.init()
    var words = Array(arguments)[...]
    if let first = words.first, !first.hasPrefix("-") {
      subcommand = try Arguments.subcommand(named: first)
      isNamed = true
      words.removeFirst()
    }
    let flags = words.prefix { $0 != "--" }
    wantsHelp = flags.contains { $0 == "-h" || $0 == "--help" }
    wantsVersion = flags.contains("--version")
    if wantsHelp || wantsVersion { return }
    let values = try Arguments.given(words, to: subcommand, &self.words)
    given = Set(values.map(\.flag.key))
    if let file = values.first(where: { $0.flag.key == "settings" })?.text { try takeSettings(from: file) }
    for value in values { try value.flag.read(&self, value.flag.name, value.text) }
    try checkWords()
    try checkThatFlagsGoTogether()
    if wantsDescription { subcommand = .describe }
  }

  /// A flag with its text.
  private struct Given {
    let flag: Flag
    let text: String
  }

  static func subcommand(named name: String) throws(Refusal) -> Subcommand {
    if let subcommand = Subcommand(rawValue: name) { return subcommand }
    let guess = Subcommand.allCases.map(\.rawValue).closest(to: name).map { " (did you mean \($0)?)" } ?? ""
    throw Refusal(
      description: "\(name.isEmpty ? "\"\"" : name) is no subcommand\(guess); --help lists those there are.")
  }

  /// Divides the words after the subcommand into flags with their values, and other words.
  private static func given(
    _ words: ArraySlice<String>, to subcommand: Subcommand, _ others: inout [String]
  ) throws(Refusal) -> [Given] {
    var rest = words
    var given: [Given] = []
    while let word = rest.popFirst() {
      if word == "--" {
        others += rest
        break
      }
      guard word.hasPrefix("-"), word != "-" else {
        others.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let flag = try flag(named: parts[0], of: subcommand)
      let attached = parts.count > 1 ? parts[1] : nil
      var texts: [String]
      switch flag.kind {
      case .toggle:
        guard attached == nil else {
          let forms = [flag.name, flag.opposite].compactMap { $0 }.joined(separator: " or ")
          throw Refusal(description: "\(flag.name) takes no value; write \(forms).")
        }
        texts = [parts[0] == flag.name ? "yes" : "no"]
      case .value:
        texts = [attached ?? rest.first].compactMap { $0 }
        if attached == nil {
          texts.removeAll { $0.hasPrefix("--") }
          rest = rest.dropFirst()
        }
      case .list:
        texts = [attached].compactMap { $0 }
        while attached == nil, let next = rest.first, !next.hasPrefix("-") {
          texts.append(next)
          rest.removeFirst()
        }
      }
      guard !texts.isEmpty else { throw Refusal(description: "\(flag.name) needs a value after it.") }
      given += texts.map { Given(flag: flag, text: $0) }
    }
    return try distinct(given)
  }

  /// Leaves out repeated flags.
  private static func distinct(_ given: [Given]) throws(Refusal) -> [Given] {
    var texts: [String: String] = [:]
    var kept: [Given] = []
    for value in given {
      let earlier = texts.updateValue(value.text, forKey: value.flag.name)
      if case .list = value.flag.kind {
        kept.append(value)
      } else if let earlier, earlier != value.text {
        if let opposite = value.flag.opposite {
          throw Refusal(description: "\(value.flag.name) and \(opposite) are both given; keep one.")
        }
        throw Refusal(
          description: "\(value.flag.name) is given as \(earlier) and as \(value.text); keep one.")
      } else if earlier == nil {
        kept.append(value)
      }
    }
    return kept
  }

  /// Returns the flag of a subcommand with that name, or with that opposite.
  private static func flag(named name: String, of subcommand: Subcommand) throws(Refusal) -> Flag {
    func isNamed(_ flag: Flag) -> Bool { flag.name == name || flag.opposite == name }
    if let flag = subcommand.flags.first(where: isNamed) { return flag }
    let owners = Flag.all.filter(isNamed).reduce(into: Set<Subcommand>()) { $0.formUnion($1.subcommands) }
    guard owners.isEmpty else { throw foreign(name, of: owners, to: subcommand) }
    let known =
      subcommand.flags.flatMap { [$0.name, $0.opposite].compactMap { $0 } } + ["--help", "--version"]
    let guess = known.closest(to: name).map { " (did you mean \($0)?)" } ?? ""
    let mayBePath = subcommand.takesPhotographs && !name.hasPrefix("--")
    let path = mayBePath ? "; write -- before paths that begin so" : ""
    throw Refusal(description: "\(name) is not a flag\(guess)\(path); --help lists those there are.")
  }

  /// The refusal of a flag that belongs to other subcommands.
  private static func foreign(
    _ name: String, of owners: Set<Subcommand>, to subcommand: Subcommand
  ) -> Refusal {
    let subjects = Subcommand.allCases.filter(owners.contains).map(\.subject)
    let distinct = subjects.indices.filter { !subjects[..<$0].contains(subjects[$0]) }.map { subjects[$0] }
    let subject = distinct.listed("and")
    if subcommand == .run {
      let out = name == "--run" ? ", or --out for where a run goes" : ""
      return Refusal(
        description: "\(name) is about \(subject); write \(owners.names.listed("or")) first\(out).")
    }
    let known = subcommand.flags.map(\.name).sorted()
    let takes =
      known.isEmpty
      ? "takes no flags" : known.count > 8 ? "does not take it" : "takes \(known.joined(separator: ", "))"
    return Refusal(
      description: "\(name) is about \(subject) (\(owners.names.listed("and"))); \(subcommand) \(takes).")
  }
}
