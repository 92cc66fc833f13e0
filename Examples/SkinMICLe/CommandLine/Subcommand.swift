/// A part of the program, named by the first word of the command line.
enum Subcommand: String, CaseIterable, Sendable {
  case run, collect, predict, embed, neighbors, export, report, audit, describe, help

  /// The effect, in a line of the help.
  var abstract: String {
    switch self {
    case .run: "trains and compares; what is meant where no subcommand is named"
    case .collect: "evaluates several runs as the repetitions of one"
    case .predict: "says what photographs, or those in folders, show"
    case .embed: "writes the features of photographs by an encoder of a run"
    case .neighbors: "finds the photographs whose features are most similar to those of others"
    case .export: "writes a classifier for other programs: an ONNX file, or a folder for timm"
    case .report: "writes the report of a run again, and compares runs"
    case .audit: "looks for duplicates, photographs that do not belong and wrong labels"
    case .describe: "prints the stages of a run, the memory and the disk that it takes"
    case .help: "explains a subcommand"
    }
  }

  /// The words after its name.
  var usage: String {
    switch self {
    case .run, .describe: "[flags]"
    case .collect: "--run DIR... --out DIR [flags]"
    case .predict: "--run DIR [flags] IMAGE..."
    case .embed: "--run DIR --out FILE [flags] IMAGE..."
    case .neighbors: "--run DIR --among FILE [flags] IMAGE..."
    case .export: "--run DIR [flags]"
    case .report: "--run DIR [flags]"
    case .audit: "--data PATH [flags]"
    case .help: "[SUBCOMMAND]"
    }
  }

  /// What the flags that are its own are about.
  var subject: String {
    switch self {
    case .run, .describe: "training"
    case .collect: "collections"
    case .predict: "predictions"
    case .embed: "features"
    case .neighbors: "neighbors"
    case .export: "exports"
    case .report: "reports"
    case .audit: "audits"
    case .help: "help"
    }
  }

  /// What it takes besides flags.
  var takesWords: Bool { takesPhotographs || self == .help }

  /// Whether the words are paths of photographs.
  var takesPhotographs: Bool { [.predict, .embed, .neighbors].contains(self) }

  /// Its flags.
  var flags: [Flag] { Flag.all.filter { $0.subcommands.contains(self) } }
}

extension Set<Subcommand> {
  /// The names in the order of the help.
  var names: [String] { Subcommand.allCases.filter(contains).map(\.rawValue) }
}

extension [String] {
  /// Returns the words in a list, such as `run, audit and describe`.
  func listed(_ conjunction: String) -> String {
    guard let last, count > 1 else { return joined() }
    return dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }
}
