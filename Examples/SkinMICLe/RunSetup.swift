import Foundation
import Recipes

/// The setup of a run from the command line: the recipe, and its photographs.
struct RunSetup {
  let recipe: Recipe
  /// The photographs as they are used, but neither cached nor kept in memory yet.
  let dataset: Dataset
  let size: Int
  let network: Network
  /// The network's layers.
  let encoder: any ImageEncoder
  /// The folder of cached photographs below the run's folder; nil for synthetic ones, which are kept in
  /// memory.
  var cache: URL?
  /// What was left out of the photographs, by reason.
  let leftOut: [RunRecord.LeftOut]

  /// Returns the shorter side that photographs in files are reduced to: twice that of views.
  private static func shorterSide(forViews size: Int) -> Int { 2 * size }

  /// The photographs with their cache, if they are in files; it is created.
  var cachedDataset: Dataset {
    cache.map { dataset.cached(in: $0, shorterSide: RunSetup.shorterSide(forViews: size)) } ?? dataset
  }

  /// The folder of the run.
  static func output(of arguments: Arguments) -> URL {
    URL(filePath: arguments.outputInEffect)
  }

  /// Generates synthetic patients, or reads the photographs that the arguments name.
  ///
  /// - Parameter say: Receives what was found.
  init(_ arguments: Arguments, say: (String) -> Void = printAtOnce) throws {
    let encoder = try arguments.chosenEncoder()
    if let data = arguments.data {
      self = try RunSetup(arguments, encoder, photographs: data, say: say)
    } else {
      self = try RunSetup(madeUp: arguments, encoder)
    }
  }

  private init(madeUp arguments: Arguments, _ encoder: any ImageEncoder) throws {
    size = arguments.sizeInEffect
    network = arguments.networkInEffect
    self.encoder = encoder
    // Photographs that are only counted would be files.
    cache = arguments.photographs.map { _ in RunSetup.output(of: arguments).appending(path: "cache") }
    leftOut = []
    let clinic = Clinic(seed: arguments.seed, size: Clinic.side(forViews: size))
    dataset = try clinic.dataset(arguments.census, counting: arguments.photographs)
    recipe = try arguments.recipe.with(arguments, encoder, on: dataset)
  }

  private init(
    _ arguments: Arguments, _ encoder: any ImageEncoder, photographs data: String, say: (String) -> Void
  ) throws {
    size = arguments.sizeInEffect
    network = arguments.networkInEffect
    self.encoder = encoder
    cache = RunSetup.output(of: arguments).appending(path: "cache")
    let reading = try Dataset.reading(
      URL(filePath: data), format: arguments.format, channels: arguments.channels, strict: arguments.isStrict)
    var leftOut = reading.leftOut
    say(reading.summary)
    var dataset = reading.dataset
    if let file = arguments.leaveOut {
      let (kept, count) = try dataset.leavingOut(photographsIn: URL(filePath: file))
      leftOut.append(.init(reason: "photographs named by --leave-out", count: count))
      say("\n\(count == 1 ? "1 photograph is" : "\(count) photographs are") left out, as \(file) says.")
      dataset = kept
    }
    self.leftOut = leftOut
    if let splits = arguments.splits {
      dataset = try dataset.splitting(by: URL(filePath: splits))
    } else if !reading.hasSplits, dataset.hasLabels {
      dataset = try dataset.split(seed: arguments.seed, validation: 0.2, test: 0.2)
    }
    let lacksValidation = dataset.hasLabels && dataset.indices(of: .labelled(.validation)).isEmpty
    if lacksValidation, !dataset.indices(of: .labelled(.train)).isEmpty {
      dataset = try dataset.settingAsideValidation(0.2, seed: arguments.seed)
      say(
        "\nThe splits that are given leave no labelled photographs to validate on: 20 % of the labelled patients to train "
          + "on are set aside for it, as splits.csv will say.")
    }
    if !reading.hasSplits || lacksValidation { say("\n\(dataset.summary)") }
    self.dataset = dataset.reduced(toShorterSide: RunSetup.shorterSide(forViews: size))
    var recipe = arguments.recipe
    recipe.classes = dataset.classes.count
    recipe = try recipe.with(arguments, encoder, on: dataset)
    if !dataset.hasLabels { recipe.pretrainOnly(say) }
    try recipe.checkChoices()
    self.recipe = recipe
  }

  /// Returns the run's peak memory in words, including photographs kept in memory, its disk space and time.
  func summary(of forecast: RunForecast) throws -> String {
    StageMemory.summary(of: forecast.memory, keeping: cache == nil ? try dataset.bytesToLoad() : 0) + "\n"
      + forecast.summary
  }

  /// Checks that the folder of the run can be created or written to, without creating anything.
  static func checkOutput(_ output: URL) throws(FileError) {
    var place = output
    while !FileManager.default.fileExists(atPath: place.path), place.path != "/" {
      place = place.deletingLastPathComponent()
    }
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder)
    guard isFolder.boolValue else {
      throw .unwritable(file: output.path, reason: "\(place.path) is no folder")
    }
    guard FileManager.default.isWritableFile(atPath: place.path) else {
      throw .unwritable(file: output.path, reason: "no permission to write to \(place.path)")
    }
  }
}

extension Dataset {
  /// Whether a photograph has a label.
  fileprivate var hasLabels: Bool { photographs.contains { $0.label != nil } }
}

extension Recipe {
  /// Removes the classifiers, with a note.
  fileprivate mutating func pretrainOnly(_ say: (String) -> Void) {
    tunings = [.none]
    if branches == [.none] { branches = Branch.paper }
    say(
      "\nNo photograph has a label: encoders are pretrained and kept, and there are no classifiers.")
  }

  /// Rejects a later repetition by itself whose searches the first one does.
  fileprivate func checkChoices() throws(Arguments.Refusal) {
    guard repetitions.lowerBound > 0 else { return }
    let searching = pipeline.stages.first { $0.component(Search.self) != nil && choices[$0.name] == nil }
    guard let searching else { return }
    throw Arguments.Refusal(
      description:
        "--repetition \(repetitions.upperBound) needs --choices DIR, the folder of the run of repetition 1, "
        + "which searches settings for all: those of \"\(searching.name)\" are not known.")
  }

  /// The recipe for the user's photographs.
  static var photographs: Recipe {
    var recipe = Recipe()
    recipe.epochs = 24
    recipe.micleEpochs = 12
    recipe.branches = [.none, .simclr, .micle, .micleAlone]
    recipe.settings = .photographs
    return recipe
  }

  /// Returns the recipe with the command line's settings.
  fileprivate func with(
    _ arguments: Arguments, _ encoder: any ImageEncoder, on dataset: Dataset
  ) throws -> Recipe {
    var recipe = self
    recipe.encoder = encoder
    if let weights = arguments.weights {
      recipe.encoder = encoder.pretrained(
        weights, normalization: arguments.normalization?.normalization,
        prefix: arguments.prefixOfNames)
    }
    recipe.epochs = arguments.epochsInEffect
    recipe.micleEpochs = arguments.micleEpochsInEffect
    recipe.batch = arguments.batchInEffect
    if let rate = arguments.rate { recipe.settings.simclr.learningRate = rate }
    recipe.settings.refine(by: arguments)
    recipe.branches = arguments.branchesInEffect
    if recipe.branches.contains(.simclrLonger) {
      recipe.micleSteps = try PatientPairs(of: dataset, batch: recipe.batch).batchesPerEpoch
    }
    recipe.chunks = arguments.chunks
    recipe.precision = arguments.precision
    recipe.isSynchronized = arguments.isSynchronized
    recipe.objective = arguments.objective
    recipe.labels = arguments.labels
    recipe.tunings = arguments.tunings
    recipe.repetitions = arguments.repetition.map { ($0 - 1)..<$0 } ?? 0..<arguments.repetitions
    if let run = arguments.choices {
      let results = try Results(contentsOf: URL(filePath: run).appending(path: "results.json"))
      recipe.choices = results.run?.choices ?? [:]
    }
    return recipe
  }
}
