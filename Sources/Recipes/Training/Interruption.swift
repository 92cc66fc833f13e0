import Synchronization

/// A wish that a run end early, from a signal handler or another thread.
///
///     let interruption = Interruption()
///     try pipeline.run(on: dataset, in: folder, interruption: interruption)
///     // Elsewhere:
///     interruption.request()
///
/// The run looks at it after every step of a training and before everything else that takes long, writes a
/// checkpoint if there is anything new to keep, and throws ``RunError/stopped(stage:after:cause:)``.
public final class Interruption: Sendable {
  private let requested = Atomic<Bool>(false)
  private let unsaved = Atomic<Bool>(false)

  /// A wish that is not made yet.
  public init() {}

  /// Asks the run to end. It only reads and writes atomics, so that a signal handler may call it.
  ///
  /// - Returns: Whether there are steps that no file has. If so, the run ends after the present one, with a
  ///   checkpoint; otherwise nothing is lost if the process ends at once.
  @discardableResult public func request() -> Bool {
    requested.store(true, ordering: .sequentiallyConsistent)
    return unsaved.load(ordering: .sequentiallyConsistent)
  }

  /// Whether the run has been asked to end.
  public var isRequested: Bool { requested.load(ordering: .sequentiallyConsistent) }

  /// Notes whether there are steps that no file has.
  func noteUnsavedSteps(_ areThere: Bool) { unsaved.store(areThere, ordering: .sequentiallyConsistent) }
}
