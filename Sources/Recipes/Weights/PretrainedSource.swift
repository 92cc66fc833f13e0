import Synchronization

/// The weight file that layers start from, opened when a graph is first built of them, and again once it has
/// been changed.
final class PretrainedSource: Hashable, Sendable {
  let path: String
  private let known = Mutex<PretrainedFile?>(nil)

  init(_ path: String) { self.path = path }

  static func == (a: PretrainedSource, b: PretrainedSource) -> Bool { a.path == b.path }

  func hash(into hasher: inout Hasher) { hasher.combine(path) }

  /// The file as it is now.
  ///
  /// - Throws: `WeightsError` when it is no weight file, or a run's own that is damaged.
  func file() throws(WeightsError) -> PretrainedFile {
    if let file = known.withLock({ $0 }), file.stored.isInPlace { return file }
    let file = try PretrainedFile(path)
    known.withLock { $0 = file }
    return file
  }
}
