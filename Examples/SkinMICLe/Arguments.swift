import Recipes

/// The parsed command line.
struct Arguments {
  /// The command.
  enum Command: Equatable {
    case run, describe, help
    /// Predict the classes of photographs, or of those in a folder.
    case predict([String])
  }

  var command = Command.run
  /// The folder of a run; nil for the default.
  var output: String?
  var seed: UInt64 = 0
  var size: Int?
  var network: Network?
  var width = 1
  var epochs: Int?
  var micleEpochs: Int?
  var batch: Int?
  var rate: Double?
  var branches: [Branch]?
  var objective = Objective.ntxent
  var labels = [1.0]
  var tunings = [Tuning.whole]
  var repetitions = 1
  /// The longest training time within an epoch between checkpoints.
  var saving = Duration.seconds(600)
  var weights: String?
  var normalization: NormalizationName?
  /// The prefix of the names in the weight file.
  var prefix: String?
  var census = Clinic.Census()
  /// A manifest or a folder of photographs; synthetic patients if nil.
  var data: String?
  var format: ManifestFormat?
  var isStrict = false
  var channels = 3
  var splits: String?
  /// The classifier to predict with, by its branch's name.
  var branch: String?
  /// The table of predictions to write.
  var csv: String?

  /// The reason that the command line is invalid, in a sentence.
  struct Refusal: Error, CustomStringConvertible {
    let description: String

    init(description: String) { self.description = description.printable }
  }

  static let help = """
    SkinMICLe: SimCLR, then MICLe, then a classifier of skin conditions, on made-up patients or on your photographs.

      SkinMICLe [flags]                                trains and compares
      SkinMICLe predict --run DIR IMAGE...             says what photographs, or those in folders, show

    Photographs are files of the formats \(Image.formats.joined(separator: ", ")).

      --data PATH       a manifest (CSV with the columns image, patient, label and, if you like, split), a folder with
                        such a table or one folder per class, HAM10000_metadata.csv, or the folder of SCIN's
                        tables; without it, patients are made up
      --format NAME     manifest, folders, ham10000 or scin (told by what is there)
      --strict          stops at the first bad rows or images instead of leaving them out
      --channels N      1 for gray photographs, 3 for colors (3)
      --splits FILE     which patient is in which split, as a run writes it to splits.csv (drawn anew: 20 % of the
                        labelled patients to validate, 20 % to test; where only validation is missing, 20 % of those
                        to train on)
      --labels LIST     shares of the labelled training patients to compare, with commas, such as 0.1,1 (1)
      --tune LIST       whole for encoder and head, head for a head on the encoder as it is, with commas, or none for
                        pretraining alone, which is also what photographs without a single label get (whole)
      --repetitions N   how often everything is trained, from other random numbers (1)
      --weights FILE    safetensors with torchvision's names to start from, such as ImageNet's (random weights)
      --normalization N imagenet or none: what the pixels were normalized by for these weights (what the file says)
      --prefix TEXT     what the names in FILE begin with, such as module.encoder_q. (found out, if only one fits)
      --out DIR         where weights, results.json and patients.png go (runs/skin-micle, or runs/photographs)
      --seed N          what all random numbers are keyed by (0)
      --epochs N        epochs of SimCLR (\(Recipe().epochs), or \(Recipe.photographs.epochs) with --data)
      --micle-epochs N  epochs of MICLe after it (\(Recipe().micleEpochs), or \(Recipe.photographs.micleEpochs) with --data)
      --batch N         pairs of a batch of the pretraining (\(Recipe().batch))
      --rate X          the learning rate of the pretraining, by AdamW; that of what comes after SimCLR stays (0.004, or
                        0.002 with --data)
      --size N          width and height of what the network sees, in pixels (48, or 64 with --data)
      --network NAME    \(Network.allCases.map(\.rawValue).joined(separator: ", ")) (small, or resnet18 with --data)
      --width N         a factor on the network's channels (1)
      --loss NAME       what pretraining minimizes: \(Objective.allCases.map(\.rawValue).joined(separator: ", "))
                        (ntxent)
      --branches LIST   of none, simclr, simclr-longer (as many more steps of SimCLR as MICLe takes), micle and
                        micle-alone, with commas (the first four; with --data micle-alone in place of simclr-longer)
      --patients N      made-up patients without a label (\(Clinic.Census().unlabelled))
      --labelled N      made-up labelled training patients of each condition (\(Clinic.Census().train))
      --test N          made-up test patients of each condition (\(Clinic.Census().test))
      --save-every S    seconds after which an epoch that is still trained gets a checkpoint (600)
      --run DIR         the run to predict with
      --branch NAME     the branch to predict with (the last that was trained on the most labels)
      --csv FILE        predictions as a table, the probability of every class in it
      --describe        prints the stages and the memory each takes, and stops
      --help            this text
    """

  /// Parses the arguments after the program's name.
  init(_ arguments: some Sequence<String>) throws(Refusal) {
    var rest = Array(arguments)[...]
    var given: [String: String] = [:]
    if rest.first == "predict" {
      rest.removeFirst()
      command = .predict([])
    }
    while let word = rest.popFirst() {
      switch word {
      case "--help", "-h":
        command = .help
        return
      default:
        if case .predict(let images) = command, !word.hasPrefix("--") {
          guard !word.isEmpty else {
            throw Refusal(description: "predict needs the paths of photographs; one of them is empty.")
          }
          command = .predict(images + [word])
          continue
        }
        let read = Arguments.flags[word]
        guard read != nil || Arguments.switches.contains(word) else {
          throw Refusal(description: "\(word) is not a flag; --help lists those there are.")
        }
        guard let value = read == nil ? "" : rest.popFirst(), !value.hasPrefix("--") else {
          throw Refusal(description: "\(word) needs a value after it.")
        }
        if let other = given.updateValue(value, forKey: word), other != value {
          throw Refusal(description: "\(word) is given as \(other) and as \(value); keep one.")
        }
        try read?(&self, word, value)
      }
    }
    isStrict = given["--strict"] != nil
    try checkThatFlagsGoTogether(Set(given.keys))
    if given["--describe"] != nil { command = .describe }
  }

  /// Rejects combinations of flags for different purposes.
  private func checkThatFlagsGoTogether(_ given: Set<String>) throws(Refusal) {
    func refuse(_ flags: Set<String>, _ reason: String) throws(Refusal) {
      if let flag = given.intersection(flags).min() { throw Refusal(description: "\(flag) \(reason)") }
    }
    if case .predict(let images) = command {
      let known = Arguments.flagsOfPrediction
      try refuse(
        given.subtracting(known),
        "is about training; predict takes \(known.sorted().joined(separator: ", ")).")
      guard output != nil else { throw Refusal(description: "predict needs --run DIR, the folder of a run.") }
      guard !images.isEmpty else {
        throw Refusal(description: "predict needs photographs, or folders of them, after its flags.")
      }
      return
    }
    try refuse(["--run"], "is the run to predict with; write predict first, or --out for where a run goes.")
    try refuse(Arguments.flagsOfPrediction, "is about predictions; write predict first.")
    if data == nil {
      try refuse(Arguments.flagsOfData, "is about photographs of one's own; add --data.")
    } else {
      try refuse(Arguments.flagsOfPatients, "is about made-up patients; leave it out, or leave out --data.")
    }
    if weights == nil {
      try refuse(["--normalization", "--prefix"], "is about weights to start from; add --weights.")
    }
    if tunings.contains(.none) {
      guard tunings == [.none] else {
        throw Refusal(description: "--tune none is for pretraining alone and stands by itself.")
      }
      if branches == [.none] {
        throw Refusal(
          description:
            "--tune none and --branches none leave nothing to train; name an encoder to pretrain, such as "
            + "--branches micle.")
      }
    }
  }

  /// A note for each flag without effect: settings of a pretraining that no branch has.
  var notes: [String] {
    guard let branches, case .run = command else { return [] }
    let pretrains = branches.contains { $0 != .none }
    let hasMICLe = branches.contains { $0 == .micle || $0 == .micleAlone }
    let unused = [
      ("--epochs", epochs != nil && !pretrains), ("--micle-epochs", micleEpochs != nil && !hasMICLe),
      ("--batch", batch != nil && !pretrains), ("--rate", rate != nil && !pretrains),
      ("--loss", objective != .ntxent && !pretrains),
    ].filter(\.1).map(\.0)
    return unused.map { "\($0) changes nothing: none of the --branches has such a pretraining." }
  }

  /// The flags without a value.
  private static let switches: Set = ["--describe", "--strict"]
  private static let flagsOfPrediction: Set = ["--run", "--branch", "--csv"]
  private static let flagsOfData: Set = ["--channels", "--format", "--strict", "--splits"]
  private static let flagsOfPatients: Set = ["--patients", "--labelled", "--test"]

  typealias Reader = @Sendable (inout Arguments, String, String) throws(Refusal) -> Void

  static let flags: [String: Reader] = [
    "--data": { (all, flag, text) throws(Refusal) in all.data = try name(flag, text) },
    "--format": { (all, flag, text) throws(Refusal) in all.format = try choice(flag, text) },
    "--channels": { (all, flag, text) throws(Refusal) in all.channels = try channels(flag, text) },
    "--splits": { (all, flag, text) throws(Refusal) in all.splits = try name(flag, text) },
    "--weights": { (all, flag, text) throws(Refusal) in all.weights = try name(flag, text) },
    "--normalization": { (all, flag, text) throws(Refusal) in all.normalization = try choice(flag, text) },
    "--prefix": { (all, flag, text) throws(Refusal) in all.prefix = try name(flag, text) },
    "--out": { (all, flag, text) throws(Refusal) in all.output = try name(flag, text) },
    "--run": { (all, flag, text) throws(Refusal) in all.output = try name(flag, text) },
    "--branch": { (all, flag, text) throws(Refusal) in all.branch = try name(flag, text) },
    "--csv": { (all, flag, text) throws(Refusal) in all.csv = try name(flag, text) },
    "--seed": { (all, flag, text) throws(Refusal) in
      guard isDigits(text), let number = UInt64(text) else {
        throw Refusal(
          description: "\(flag) is a whole number of at least 0, not \"\(text)\".")
      }
      all.seed = number
    },
    "--epochs": { (all, flag, text) throws(Refusal) in all.epochs = try count(flag, text) },
    "--micle-epochs": { (all, flag, text) throws(Refusal) in all.micleEpochs = try count(flag, text) },
    "--batch": { (all, flag, text) throws(Refusal) in all.batch = try count(flag, text, from: 2) },
    "--rate": { (all, flag, text) throws(Refusal) in
      guard let rate = number(text), Check.number("rate", rate, above: 0, atMost: 100) == nil else {
        throw Refusal(description: "\(flag) is a number above 0 and at most 100, not \"\(text)\".")
      }
      all.rate = rate
    },
    "--repetitions": { (all, flag, text) throws(Refusal) in all.repetitions = try count(flag, text, to: 100)
    },
    "--save-every": { (all, flag, text) throws(Refusal) in
      all.saving = .seconds(try count(flag, text, from: 0))
    },
    "--patients": { (all, flag, text) throws(Refusal) in all.census.unlabelled = try count(flag, text) },
    "--labelled": { (all, flag, text) throws(Refusal) in all.census.train = try count(flag, text, to: 10_000)
    },
    "--test": { (all, flag, text) throws(Refusal) in all.census.test = try count(flag, text, to: 10_000) },
    "--size": { (all, flag, text) throws(Refusal) in all.size = try count(flag, text, from: 8, to: 1024) },
    "--width": { (all, flag, text) throws(Refusal) in all.width = try count(flag, text, to: largestWidth) },
    "--loss": { (all, flag, text) throws(Refusal) in all.objective = try choice(flag, text) },
    "--network": { (all, flag, text) throws(Refusal) in all.network = try choice(flag, text) },
    "--labels": { (all, flag, text) throws(Refusal) in
      all.labels = try list(flag, text) { (part) throws(Refusal) in
        guard let share = number(part), share > 0, share <= 1 else {
          throw Refusal(description: "\(flag) lists shares above 0 and at most 1, not \"\(part)\".")
        }
        return share
      }
    },
    "--tune": { (all, flag, text) throws(Refusal) in
      all.tunings = try list(flag, text) { (part) throws(Refusal) in try choice(flag, part) }
    },
    "--branches": { (all, flag, text) throws(Refusal) in
      all.branches = try list(flag, text) { (part) throws(Refusal) in try choice(flag, part) }
    },
  ]

  /// Returns the distinct parts between commas.
  private static func list<Part: Equatable>(
    _ flag: String, _ text: String, _ read: (String) throws(Refusal) -> Part
  ) throws(Refusal) -> [Part] {
    var parts: [Part] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let part = try read(String(word))
      if !parts.contains(part) { parts.append(part) }
    }
    return parts
  }
}
