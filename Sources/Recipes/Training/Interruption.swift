import Synchronization

/// A request to end a run early, from a signal handler or another thread.
///
///     let interruption = Interruption()
///     try pipeline.run(on: dataset, in: folder, interruption: interruption)
///     // Elsewhere:
///     interruption.request()
///
/// The run checks it after every training step and before every other long operation, writes a checkpoint if
/// there is unsaved progress, and throws ``RunError/stopped(stage:after:cause:)``.
public final class Interruption: Sendable {
  private let requested = Atomic<Bool>(false)
  private let unsaved = Atomic<Bool>(false)

  /// Creates an interruption that is not requested yet.
  public init() {}

  /// Requests the end of the run. It only uses atomics, so a signal handler may call it.
  ///
  /// - Returns: Whether there are unsaved steps. If so, the run ends after the current one, with a
  ///   checkpoint; otherwise the process can exit at once without loss.
  @discardableResult public func request() -> Bool {
    requested.store(true, ordering: .sequentiallyConsistent)
    return unsaved.load(ordering: .sequentiallyConsistent)
  }

  /// Whether the end has been requested.
  public var isRequested: Bool { requested.load(ordering: .sequentiallyConsistent) }

  /// Records whether there are unsaved steps.
  func noteUnsavedSteps(_ areThere: Bool) { unsaved.store(areThere, ordering: .sequentiallyConsistent) }
}
