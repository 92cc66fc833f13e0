import Ops

/// What tells whether weights are those that a stage would be trained to: a hash of all that decides them.
struct StageIdentity {
  /// Sixteen digits that change when anything the stage's weights depend on does.
  let hash: String
  /// What later stages depend on: the hash, and what was searched.
  let lineage: String

  /// - Parameters:
  ///   - fingerprint: The dataset's.
  ///   - seed: What its random numbers are keyed by.
  ///   - lineage: That of the stage it starts from.
  init(
    of stage: Stage, _ parts: StageConfiguration, _ optimize: Optimize, _ graph: GraphBuilder,
    fingerprint: String, seed: UInt64, after lineage: String?
  ) {
    var hash = ContentHash()
    hash.combine("stage 3")
    hash.combine(stage.name)
    hash.combine(graph.description)
    for variable in graph.variables { hash.combine("\(variable.path) \(variable.initializer)") }
    for input in graph.scheduledInputs { hash.combine("\(input.name) \(input.schedule)") }
    hash.combine(parts.views.summary)
    hash.combine(optimize.summary)
    hash.combine(parts.selection.summary)
    hash.combine(fingerprint)
    hash.combine(Int(truncatingIfNeeded: seed))
    hash.combine(parts.stopping?.summary ?? "")
    hash.combine(lineage ?? "")
    self.hash = hash.text
    hash.combine(parts.search?.summary ?? "")
    self.lineage = hash.text
  }
}
