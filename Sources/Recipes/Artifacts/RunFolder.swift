import Foundation

/// The folder of a run, used by one run at a time.
///
///     let folder = try RunFolder(URL(filePath: "runs/skin"))
///     try pipeline.run(on: dataset, in: folder)
///
/// It is locked while this value exists; the lock is released when the process ends, even by a crash. Reading
/// the files of a folder, as `Predictor` does, needs no lock: files are written atomically.
public final class RunFolder: Sendable {
  /// The location.
  public let url: URL
  /// The reason that it is not locked, in one sentence, or nil if it is: some network file systems do not
  /// support locks.
  public let limitation: String?
  private let lock: RunLock
  private let wasMade: Bool

  /// Creates the folder if necessary, locks it, and removes partial files of killed runs.
  ///
  /// - Parameter url: The location.
  /// - Throws: `RunError.inUse` if another run is using it, `FileError` if it cannot be created or written
  ///   to.
  public init(_ url: URL) throws {
    self.url = url
    var isFolder: ObjCBool = false
    wasMade = !FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    guard wasMade || isFolder.boolValue else {
      throw FileError.unwritable(file: url.path, reason: "it is a file, and a run needs a folder")
    }
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw FileError.writing(url, bytes: 0, error)
    }
    guard FileManager.default.isWritableFile(atPath: url.path) else {
      throw FileError.unwritable(file: url.path, reason: "no permission")
    }
    lock = try RunLock(in: url)
    limitation = lock.limitation.map {
      "\(url.path) cannot be locked (\($0)); see to it that no other run uses it at the same time."
    }
    TemporaryFile.removeLeftovers(in: url)
  }

  deinit {
    lock.release()
    if wasMade { rmdir(url.path) }  // removes only an empty folder
  }
}
