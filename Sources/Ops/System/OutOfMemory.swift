/// The system gives no more memory: there is less than something takes, or than the limits of the process
/// leave it.
public struct OutOfMemory: Error, Equatable, Sendable, CustomStringConvertible {
  /// The number of bytes requested.
  public let bytes: Int
  /// The purpose of the memory.
  public let purpose: String

  /// One sentence: what takes how much, and what to do.
  public var description: String {
    "There are no \(bytes >> 20) MiB of memory for \(purpose). What is finished is kept: start again with more memory "
      + "or a higher limit (ulimit -v, that of a job or a container), fewer threads (LOUPE_THREADS), or smaller "
      + "batches."
  }
}
