import Synchronization

/// The weight file of pretrained layers, opened when a graph is first built from them, and reopened after it
/// has changed.
final class PretrainedSource: Hashable, Sendable {
  let path: String
  private let known = Mutex<PretrainedFile?>(nil)

  init(_ path: String) { self.path = path }

  static func == (a: PretrainedSource, b: PretrainedSource) -> Bool { a.path == b.path }

  func hash(into hasher: inout Hasher) { hasher.combine(path) }

  /// Returns the current file.
  ///
  /// - Throws: `WeightsError` if it is not a weight file, or is a damaged one of a run.
  func file() throws(WeightsError) -> PretrainedFile {
    if let file = known.withLock({ $0 }), file.stored.isInPlace { return file }
    let file = try PretrainedFile(path)
    known.withLock { $0 = file }
    return file
  }
}

extension PretrainedSource: CustomReflectable {
  /// The path alone, as a stage's line shows it.
  var customMirror: Mirror { Mirror(self, children: ["path": path], displayStyle: .class) }
}
