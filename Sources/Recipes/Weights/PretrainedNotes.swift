/// Notes for the user about pretrained weight files.
struct PretrainedNotes: Sendable {
  let notes: [String]
}

extension GraphBuilder {
  /// The notes about the weight files of its layers.
  var pretrainedNotes: [String] { annotations.compactMap { $0 as? PretrainedNotes }.flatMap(\.notes) }
}
