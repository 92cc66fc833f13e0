/// What the command line asks for.
struct Arguments {
  var output = "runs/skin-micle"
  var seed: UInt64 = 0
  var size = 48
  var recipe = Recipe()
  var census = Clinic.Census()
  var showsHelp = false
  var onlyDescribes = false

  /// Why the command line is refused, in a sentence.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  static let help = """
    SkinMICLe: SimCLR, then MICLe, then a classifier of 26 skin conditions, on made-up patients.

      --out DIR         where weights, results.json and patients.png go (runs/skin-micle)
      --seed N          what all random numbers are keyed by (0)
      --epochs N        epochs of SimCLR, and of MICLe after it (\(Recipe().epochs))
      --patients N      patients without a label (\(Clinic.Census().unlabelled))
      --labelled N      labelled training patients of each condition (\(Clinic.Census().train))
      --test N          test patients of each condition (\(Clinic.Census().test))
      --size N          width and height of what the network sees, in pixels (48)
      --network NAME    tiny, small or resnet18 (\(Recipe().network.rawValue))
      --branches LIST   of none, simclr and micle, with commas (all three)
      --describe        prints the stages and the memory each takes, and stops
      --help            this text
    """

  /// Reads the arguments that come after the program's name.
  init(_ arguments: some Sequence<String>) throws(Refusal) {
    var rest = Array(arguments)[...]
    while let flag = rest.popFirst() {
      if flag == "--help" || flag == "-h" {
        showsHelp = true
        return
      }
      if flag == "--describe" {
        onlyDescribes = true
        continue
      }
      guard Arguments.flags.contains(flag) else {
        throw Refusal(description: "\(flag) is not a flag; --help lists those there are.")
      }
      guard let value = rest.popFirst() else { throw Refusal(description: "\(flag) needs a value after it.") }
      switch flag {
      case "--out": output = value
      case "--seed":
        guard let number = UInt64(value) else {
          throw Refusal(description: "--seed is a whole number of at least 0, not \"\(value)\".")
        }
        seed = number
      case "--epochs": recipe.epochs = try Arguments.count(flag, value)
      case "--patients": census.unlabelled = try Arguments.count(flag, value)
      case "--labelled": census.train = try Arguments.count(flag, value)
      case "--test": census.test = try Arguments.count(flag, value)
      case "--size": size = try Arguments.count(flag, value, from: 8, to: 224)
      case "--network": recipe.network = try Arguments.choice(flag, value)
      default:
        recipe.branches = []
        for name in value.split(separator: ",", omittingEmptySubsequences: false) {
          let branch: Branch = try Arguments.choice(flag, String(name))
          if !recipe.branches.contains(branch) { recipe.branches.append(branch) }
        }
      }
    }
  }

  static let flags: Set = [
    "--out", "--seed", "--epochs", "--patients", "--labelled", "--test", "--size", "--network", "--branches",
  ]

  private static func count(
    _ flag: String, _ text: String, from least: Int = 1, to most: Int = 100_000
  ) throws(Refusal) -> Int {
    guard let number = Int(text), number >= least else {
      throw Refusal(description: "\(flag) is a whole number of at least \(least), not \"\(text)\".")
    }
    guard number <= most else { throw Refusal(description: "\(flag) is at most \(most), not \(text).") }
    return number
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ flag: String, _ text: String
  ) throws(Refusal) -> Choice {
    guard let choice = Choice(rawValue: text) else {
      let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw Refusal(description: "\(flag) knows \(names), not \"\(text)\".")
    }
    return choice
  }
}
