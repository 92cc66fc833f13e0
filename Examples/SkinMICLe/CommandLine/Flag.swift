/// A flag of the command line: its name, its help, the subcommands that use it, and what it sets.
///
/// All flags are in one table, ``all``. Help, refusals and the settings file of a run are made from it.
struct Flag: Sendable {
  /// The words after a flag.
  enum Kind: Sendable, Equatable {
    /// One value, named in the help by the placeholder.
    case value(String)
    /// Values up to the next flag.
    case list(String)
    /// None. `--no-NAME` sets the opposite, where there is one.
    case toggle(hasOpposite: Bool)
  }

  typealias Read =
    @Sendable (inout Arguments, _ flag: String, _ text: String) throws(Arguments.Refusal) -> Void

  /// The name with its dashes.
  let name: String
  let kind: Kind
  let subcommands: Set<Subcommand>
  /// The heading in the help.
  let topic: Topic
  /// The condition under which it has an effect.
  let purpose: Purpose?
  /// The effect, without the default.
  let help: String
  /// The default in words; nil to say the value in effect without the flag.
  let otherwise: String?
  /// Sets the value; `yes` and `no` for a toggle.
  let read: Read
  /// The value in effect, as text; nil if there is none.
  let value: @Sendable (Arguments) -> String?
  /// Whether a settings file may have it, and whether a run writes it there.
  let isSetting: Bool
  let isWritten: Bool

  /// A heading in the help.
  enum Topic: String, CaseIterable {
    case photographs = "Photographs"
    case patients = "Made-up patients"
    case training = "Training"
    case run = "The run"
    case use = "Of an earlier run"
    case output = "What is said and written"
  }

  /// The flag as the help shows it.
  var label: String {
    switch kind {
    case .value(let placeholder): "\(name) \(placeholder)"
    case .list(let placeholder): "\(name) \(placeholder)..."
    case .toggle: name
    }
  }

  /// The name in a settings file.
  var key: String { String(name.dropFirst(2)) }

  /// The name of the opposite of a toggle.
  var opposite: String? { kind == .toggle(hasOpposite: true) ? "--no-\(key)" : nil }
}

extension Flag {
  /// A flag with a value of a type that ``FlagValue`` reads.
  init<Value>(
    _ name: String, _ placeholder: String, _ property: WritableKeyPath<Arguments, Value> & Sendable,
    _ type: FlagValue<Value>, of subcommands: Set<Subcommand>, _ topic: Topic, for purpose: Purpose? = nil,
    isSetting: Bool = true, isWritten: Bool = true, otherwise: String? = nil, _ help: String
  ) {
    self.init(
      name: name, kind: .value(placeholder), subcommands: subcommands, topic: topic, purpose: purpose,
      help: help, otherwise: otherwise,
      read: { (all, flag, text) throws(Arguments.Refusal) in
        all[keyPath: property] = try type.read(flag, text)
      },
      value: { type.text($0[keyPath: property]) }, isSetting: isSetting, isWritten: isSetting && isWritten)
  }

  /// A flag with a value that may be absent.
  ///
  /// - Parameter default: The value in effect without it.
  init<Value>(
    _ name: String, _ placeholder: String, _ property: WritableKeyPath<Arguments, Value?> & Sendable,
    _ type: FlagValue<Value>, of subcommands: Set<Subcommand>, _ topic: Topic, for purpose: Purpose? = nil,
    isSetting: Bool = true, isWritten: Bool = true, otherwise: String? = nil,
    default: @escaping @Sendable (Arguments) -> Value? = { _ in nil }, _ help: String
  ) {
    self.init(
      name: name, kind: .value(placeholder), subcommands: subcommands, topic: topic, purpose: purpose,
      help: help, otherwise: otherwise,
      read: { (all, flag, text) throws(Arguments.Refusal) in
        all[keyPath: property] = try type.read(flag, text)
      },
      value: { all in (all[keyPath: property] ?? `default`(all)).map(type.text) }, isSetting: isSetting,
      isWritten: isSetting && isWritten)
  }

  /// A flag that takes all words up to the next flag.
  init(
    _ name: String, _ placeholder: String, words property: WritableKeyPath<Arguments, [String]> & Sendable,
    of subcommands: Set<Subcommand>, _ topic: Topic, _ help: String
  ) {
    self.init(
      name: name, kind: .list(placeholder), subcommands: subcommands, topic: topic, purpose: nil, help: help,
      otherwise: "",
      read: { (all, flag, text) throws(Arguments.Refusal) in
        all[keyPath: property].append(try FlagValue.name.read(flag, text))
      },
      value: { _ in nil }, isSetting: false, isWritten: false)
  }

  /// A flag without a value.
  init(
    _ name: String, _ property: WritableKeyPath<Arguments, Bool> & Sendable, hasOpposite: Bool = true,
    of subcommands: Set<Subcommand>, _ topic: Topic, for purpose: Purpose? = nil, isSetting: Bool = false,
    _ help: String
  ) {
    self.init(
      name: name, kind: .toggle(hasOpposite: hasOpposite), subcommands: subcommands, topic: topic,
      purpose: purpose, help: help, otherwise: "",
      read: { (all, flag, text) throws(Arguments.Refusal) in
        all[keyPath: property] = try FlagValue.answer.read(flag, text)
      },
      value: { FlagValue.answer.text($0[keyPath: property]) }, isSetting: isSetting, isWritten: isSetting)
  }
}
