extension Arguments {
  /// Rejects words that belong to no flag where none are taken, and a missing flag that a subcommand needs.
  func checkWords() throws(Refusal) {
    if let word = words.first, !subcommand.takesWords {
      let advice =
        Subcommand(rawValue: word) == nil
        ? "--help lists those there are" : "a subcommand comes first, before all flags"
      throw Refusal(description: "\(word.isEmpty ? "\"\"" : word) is not a flag; \(advice).")
    }
    switch subcommand {
    case .help:
      guard words.count < 2 else {
        throw Refusal(description: "help explains one subcommand; name one of those that are given.")
      }
      _ = try explained
    case .predict, .embed, .neighbors:
      let name = subcommand.rawValue
      guard run != nil else { throw Refusal(description: "\(name) needs --run DIR, the folder of a run.") }
      if subcommand == .embed, file == nil {
        throw Refusal(description: "embed needs --out FILE, the features to write.")
      }
      if subcommand == .neighbors, among == nil {
        throw Refusal(description: "neighbors needs --among FILE, the features to search.")
      }
      guard !words.isEmpty else {
        throw Refusal(description: "\(name) needs photographs, or folders of them, after its flags.")
      }
      guard !words.contains("") else {
        throw Refusal(description: "\(name) needs the paths of photographs; one of them is empty.")
      }
    case .collect:
      guard !runs.isEmpty else {
        throw Refusal(description: "collect needs --run DIR..., the folders of runs.")
      }
      guard output != nil else {
        throw Refusal(description: "collect needs --out DIR, a folder for what they have in common.")
      }
    case .report:
      guard run != nil else { throw Refusal(description: "report needs --run DIR, the folder of a run.") }
    case .export:
      guard run != nil else { throw Refusal(description: "export needs --run DIR, the folder of a run.") }
      guard onnx != nil || timm != nil else {
        throw Refusal(description: "export needs --onnx FILE or --timm DIR, what to write.")
      }
    case .audit:
      guard data != nil else {
        throw Refusal(description: "audit needs --data PATH, a manifest or a folder of photographs.")
      }
    case .run, .describe: break
    }
  }

  /// The subcommand to explain; nil for the program.
  var explained: Subcommand? {
    get throws(Refusal) {
      guard subcommand == .help else { return isNamed ? subcommand : nil }
      return try words.first.map { name throws(Refusal) in try Arguments.subcommand(named: name) }
    }
  }

  /// Rejects combinations of flags for different purposes, from the command line or a file of settings.
  func checkThatFlagsGoTogether() throws(Refusal) {
    for flag in useless.sorted(by: { $0.name < $1.name }) {
      guard let reason = flag.purpose?.refusal(of: flag.key, for: self) else { continue }
      let place = settingsFile.flatMap { fromFile.contains(flag.key) ? "\($0): " : nil } ?? ""
      throw Refusal(
        description: "\(place)\(flag.name) \(reason)", code: place.isEmpty ? .usage : .configuration)
    }
    if let photographs, photographs < census.unlabelled {
      throw Refusal(
        description:
          "--photographs \(photographs) are fewer than one of each of \(census.unlabelled) --patients.")
    }
    if objective == .mae, networkInEffect.family != .transformer {
      throw Refusal(
        description:
          "--loss mae leaves out patches, which only a vision transformer has; choose one, such as "
          + "--network vit-tiny.")
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
    guard subcommand == .run else { return [] }
    return useless.filter { [.pretraining, .micle].contains($0.purpose) }.map {
      "\($0.name) changes nothing: none of the --branches has such a pretraining."
    }
  }

  /// The given flags without effect.
  private var useless: [Flag] {
    subcommand.flags.filter { flag in
      (given.contains(flag.key) || fromFile.contains(flag.key)) && flag.purpose?.isServed(by: self) == false
    }
  }
}
