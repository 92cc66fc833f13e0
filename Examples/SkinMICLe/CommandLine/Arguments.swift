import Recipes

/// The parsed command line.
struct Arguments {
  /// The subcommand, and whether it was named.
  var subcommand = Subcommand.run
  var isNamed = false
  /// The words that belong to no flag: the photographs to predict, or the subcommand to explain.
  var words: [String] = []
  /// Whether the help, the description of a run or the version is asked for.
  var (wantsHelp, wantsDescription, wantsVersion) = (false, false, false)

  /// The folder of a run; nil for the default.
  var output: String?
  var seed: UInt64 = 0
  var size: Int?
  var network: Network?
  /// A factor on a ResNet's channels.
  var width = 1
  /// The side of a vision transformer's patches; that of the weights, or the usual one, if nil.
  var patch: Int?
  /// The tokens that a vision transformer's features are taken from; as in the run that made the weights, or
  /// the class token, if nil.
  var pooling: VisionTransformer.Pooling?
  var epochs: Int?
  var micleEpochs: Int?
  var batch: Int?
  /// The precision in which training steps are computed.
  var precision = Precision.single
  /// The number of chunks of each batch; whole batches if nil, or as many as there are ranks.
  var chunks: Int?
  /// Whether batch normalizations take the moments of whole batches that ranks compute in parts.
  var isSynchronized = false
  /// How the gradients of several ranks are added.
  var reduction = Ranks.Reduction.exact
  var rate: Double?
  /// Refinements of training; nil for none.
  var (clipNorm, layerDecay, average): (Double?, Double?, Double?)
  var branches: [Branch]?
  var objective = Objective.ntxent
  var labels = [1.0]
  var tunings = [Tuning.whole]
  var repetitions = 1
  /// The only repetition to train, from 1; all if nil.
  var repetition: Int?
  /// A run with the choices of the searches.
  var choices: String?
  /// The longest training time within an epoch between checkpoints, in seconds.
  var saving = 600
  var weights: String?
  var normalization: NormalizationName?
  /// The prefix of the names in the weight file.
  var prefix: String?
  var census = Clinic.Census()
  /// The photographs of a run that is described without them, of its patients without a label.
  var photographs: Int?
  /// The machines of a run that is described for several, and the gigabits per second between them.
  var machines: Int?
  var networkSpeed = 10.0
  /// A manifest or a folder of photographs; synthetic patients if nil.
  var data: String?
  var format: ManifestFormat?
  var isStrict = false
  var channels = 3
  var splits: String?
  /// A table of photographs to do without.
  var leaveOut: String?

  /// The run to predict with or to report on.
  var run: String?
  /// The classifier to predict with, by its branch's name.
  var branch: String?
  /// The table of predictions or of findings to write.
  var csv: String?
  /// The stage to embed with, by its name.
  var stage: String?
  /// The file of features to search, and the number of photographs to find.
  var among: String?
  var neighborCount = 5
  /// The ONNX file or timm's folder to write, and whether it has the encoder alone.
  var onnx: String?
  var timm: String?
  var exportsFeatures = false
  /// The runs to collect.
  var runs: [String] = []
  /// The runs to compare with.
  var compared: [String] = []
  /// The weight file of an encoder to audit with; trained on the photographs if nil.
  var encoder: String?
  /// The handling of near-duplicates across splits.
  var leaks = AuditCommand.Leaks.list
  /// The cosine distance below which photographs look alike; nil for the automatic one.
  var alike: Double?
  /// The columns by which results are divided.
  var subgroups: [String]?
  /// The report's file.
  var file: String?
  var withoutPhotographs = false
  /// Whether a run writes its report.
  var writesReport = true

  var isQuiet = false
  /// Whether the standard output is one JSON object for each event.
  var writesJSON = false
  var writesTensorBoard = false
  /// The file of settings, where there is one.
  var settingsFile: String?

  /// The names of the flags on the command line, and of those that a file of settings has besides.
  var (given, fromFile): (Set<String>, Set<String>) = ([], [])

  /// The defaults.
  init() {}

  /// The reason that the command line or a file of settings is invalid, in a sentence.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
    let code: ExitCode

    init(description: String, code: ExitCode = .usage) {
      self.description = description.printable
      self.code = code
    }
  }
}

extension Arguments {
  /// Whether the run is one of photographs, which may only be counted.
  var isOfPhotographs: Bool { data != nil || photographs != nil }
  /// The recipe that the settings change.
  var recipe: Recipe {
    var recipe = isOfPhotographs ? Recipe.photographs : Recipe()
    if [.transformer, .convNeXt].contains(networkInEffect.family) {
      recipe.settings = recipe.settings.ofTransformers
    }
    return recipe
  }

  /// The values of settings that depend on whose photographs there are.
  var sizeInEffect: Int { size ?? (isOfPhotographs ? 64 : 48) }
  var networkInEffect: Network { network ?? (isOfPhotographs ? .resnet18 : .small) }
  /// Nil if a weight file decides.
  var patchInEffect: Int? { patch ?? (weights == nil ? Network.usualPatch : nil) }
  /// Nil if a weight file decides.
  var poolingInEffect: VisionTransformer.Pooling? { pooling ?? (weights == nil ? .classToken : nil) }
  var epochsInEffect: Int { epochs ?? recipe.epochs }
  var micleEpochsInEffect: Int { micleEpochs ?? recipe.micleEpochs }
  var batchInEffect: Int { batch ?? recipe.batch }
  var branchesInEffect: [Branch] { branches ?? recipe.branches }
  var rateInEffect: Double { rate ?? recipe.settings.simclr.learningRate }
  /// Whether a run is described and not made.
  var describes: Bool { wantsDescription || subcommand == .describe }
  var outputInEffect: String { output ?? (isOfPhotographs ? "runs/photographs" : "runs/skin-micle") }

  /// The settings in effect by their names in a settings file, as a run writes them.
  var settings: [String: String] {
    let flags = Subcommand.run.flags.filter { $0.isWritten && $0.purpose?.isServed(by: self) != false }
    return Dictionary(flags.compactMap { flag in flag.value(self).map { (flag.key, $0) } }) { first, _ in
      first
    }
  }
}
