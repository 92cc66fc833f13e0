import Ops

/// Notes for the user about a stage before it runs, one sentence each.
struct StageNotes {
  /// The stage's title, which each begins with.
  let title: String
  private(set) var sentences: [String] = []

  /// Creates an empty list of notes.
  init(title: String) { self.title = title }

  /// Adds sentences.
  mutating func add(_ sentences: [String]) { self.sentences += sentences.map { "\(title): \($0)" } }

  /// Adds a sentence.
  mutating func add(_ sentence: String) { add([sentence]) }

  /// Adds the warnings of an objective.
  mutating func addWarnings(of objective: any TrainingObjective, _ form: BatchForm, columns: Int) {
    add(objective.warnings(form, columns: columns).map { "\($0)." })
  }

  /// Classes without photographs, to train on or to be scored on.
  mutating func addClasses(of parts: StageConfiguration, _ optimize: Optimize, _ dataset: Dataset) {
    guard parts.objective.needs.labels else { return }
    let absent = dataset.classesWithoutPhotographs(in: parts.selection)
    if !absent.isEmpty {
      let isBalanced = parts.objective.needs.classWeights || optimize.sampling == .balanced
      add(
        "there are no photographs to train on of \(absent.joined(separator: ", ")); "
          + (isBalanced ? "the other classes are balanced." : "nothing will be taken for them."))
    }
    guard let split = parts.evaluate?.split else { return }
    let scored = Set(dataset.indices(of: .labelled(split)).compactMap { dataset.photographs[$0].label })
    if scored.count == 1, let only = scored.first {
      add(
        "all labelled photographs in the \(split) split are of \(dataset.classes[only]), so a score "
          + "says only how often that class is recognized.")
    }
  }

  /// Whether the features of photographs, which nothing in the training changes, are computed once.
  mutating func addFeatures(areComputedOnce: Bool) {
    add(
      areComputedOnce
        ? "the features of each photograph are computed once, as nothing in the training changes them."
        : "the features of a photograph, which nothing in the training changes, are computed in each epoch, as "
          + "batches are in chunks.")
  }

  /// Adds that mixed precision saves no time, where products of bfloat16 take as long as others.
  mutating func addPrecision(
    _ precision: Precision, isFaster: @autoclosure () -> Bool = MachineLimits.pairsAreFaster
  ) {
    guard precision == .mixed, !isFaster() else { return }
    add(
      "products in bfloat16 take this processor as long as products in single precision: mixed precision "
        + "saves memory here, but no time.")
  }

  /// The pairs that an epoch leaves out, if they are more than those that do not fill a last batch.
  mutating func addPairs(_ pairs: PatientPairs) {
    let taken = pairs.batchesPerEpoch * pairs.batch
    guard pairs.pairsAvailable - taken >= pairs.batch else { return }
    add(
      "an epoch takes \(taken) of \(pairs.pairsAvailable) pairs, as few patients have most of the "
        + "photographs and none is twice in a batch of \(pairs.batch); the others have their turn in later "
        + "epochs. A smaller batch takes more of them.")
  }

  /// Groups that say nothing, as each has one photograph.
  mutating func addGroups(_ groups: [Int]?, of selection: Selection, _ dataset: Dataset) {
    let selected = dataset.indices(of: selection)
    guard let groups, Set(selected.map { groups[$0] }).count == selected.count else { return }
    let shared = selection.hasLabels ? "have the same label" : "are of the same patient"
    add(
      "no two photographs to train on \(shared), so the loss has only the two views of a photograph "
        + "for positives, as with .unlabelled.")
  }
}
