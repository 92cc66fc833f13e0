import Recipes

/// The texts of `--help`, made from the table of flags; no line is longer than ``width``.
enum Help {
  /// The characters of a line.
  static let width = 80
  /// The widest flag with its help beside it.
  private static let column = 22

  /// The help of a subcommand, or of the program.
  static func text(of subcommand: Subcommand?) -> String {
    guard let subcommand else { return program }
    let head = ["USAGE: SkinMICLe \(subcommand) \(subcommand.usage)", ""]
    let abstract = paragraph("SkinMICLe \(subcommand) \(subcommand.abstract).")
    return (head + abstract + topics(of: subcommand) + common).joined(separator: "\n")
  }

  private static var program: String {
    var lines = paragraph(
      "SkinMICLe: SimCLR, then MICLe, then a classifier of skin conditions, on made-up patients or on your "
        + "photographs.")
    lines += ["", "USAGE: SkinMICLe [SUBCOMMAND] [flags]", "", "SUBCOMMANDS:"]
    lines += Subcommand.allCases.flatMap { entry($0.rawValue, $0.abstract) }
    lines += [""]
    lines += paragraph("Photographs are files of the formats \(Image.formats.joined(separator: ", ")).")
    lines += ["", "FLAGS OF run:"] + topics(of: .run) + common
    lines += ["", "EXIT CODES:"] + entry("0", "everything is done")
    lines += ExitCode.allCases.flatMap { entry("\($0.rawValue)", $0.meaning) }
    lines += entry(
      "128 + N", "ended by signal N, such as 130 after Ctrl-C; the same command goes on from there")
    return lines.joined(separator: "\n")
  }

  private static func topics(of subcommand: Subcommand) -> [String] {
    Flag.Topic.allCases.flatMap { topic in
      let own = subcommand.flags.filter { $0.topic == topic }
      return own.isEmpty
        ? [] : ["", "\(topic.rawValue):"] + own.flatMap { entry($0.label, explanation(of: $0)) }
    }
  }

  private static let common =
    [""] + entry("-h, --help", "this text") + entry("--version", "the version")

  /// The effect of a flag, and its default.
  private static func explanation(of flag: Flag) -> String {
    let opposite = flag.opposite.map { " (\($0) for the opposite)" } ?? ""
    let otherwise = flag.otherwise ?? defaults(of: flag)
    return flag.help + opposite + (otherwise.isEmpty ? "" : " (\(otherwise))")
  }

  /// The value in effect without a flag, for made-up patients and for photographs.
  private static func defaults(of flag: Flag) -> String {
    let madeUp = Arguments()
    var photographs = madeUp
    photographs.data = "photographs"
    let values = (flag.value(madeUp) ?? "", flag.value(photographs) ?? "")
    return values.0 == values.1 ? values.0 : "\(values.0), or \(values.1) with --data"
  }

  private static func paragraph(_ text: String) -> [String] { text.wrapped(to: width) }

  /// A name and its explanation beside it, or below a long one.
  private static func entry(_ label: String, _ text: String) -> [String] {
    let lines = text.wrapped(to: width - column - 2)
    let margin = String(repeating: " ", count: column + 2)
    let name = "  " + label
    guard label.count < column - 1 else { return [name] + lines.map { margin + $0 } }
    let first = name + String(repeating: " ", count: column - label.count) + lines[0]
    return [first] + lines.dropFirst().map { margin + $0 }
  }
}
