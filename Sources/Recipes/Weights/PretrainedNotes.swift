/// What the user should know of the weight files that layers start from.
struct PretrainedNotes: Sendable {
  let notes: [String]
}

extension GraphBuilder {
  /// What the user should know of the weight files that its layers start from.
  var pretrainedNotes: [String] { annotations.compactMap { $0 as? PretrainedNotes }.flatMap(\.notes) }
}
