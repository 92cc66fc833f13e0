import Foundation

/// The folder of a run, held by one run at a time.
///
///     let folder = try RunFolder(URL(filePath: "runs/skin"))
///     try pipeline.run(on: dataset, in: folder)
///
/// It is locked as long as this value lives, and the lock ends with the process, however that ends. Reading
/// the files of a folder, as `Predictor` does, needs no lock: each is there whole or not at all.
public final class RunFolder: Sendable {
  /// Where it is.
  public let url: URL
  /// Why it is not locked, in one sentence, or nil if it is: some network file systems know no locks.
  public let limitation: String?
  private let lock: RunLock
  private let wasMade: Bool

  /// Makes the folder if it is not there, locks it, and removes what killed runs have left half written.
  ///
  /// - Throws: `RunError.inUse` when a run has it, `FileError` when it cannot be made or written to.
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
    if wasMade { rmdir(url.path) }  // which leaves one that has anything in it
  }
}
