import Foundation

/// An event file of TensorBoard: numbers by step, and pictures.
///
///     let writer = try TensorBoardWriter(in: URL(filePath: "runs/skin/tensorboard/simclr"))
///     try writer.add([("loss", 4.2)], step: 1)
///
/// Each writer has a file of its own; TensorBoard shows all files of a folder as one run.
public final class TensorBoardWriter {
  private let file: URL
  private let handle: FileHandle
  private let clock: () -> Double

  /// Creates a file in a folder, and the folder.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - clock: Returns the time in seconds since 1970.
  /// - Throws: `FileError` if it cannot be created.
  public init(
    in folder: URL, clock: @escaping () -> Double = { Date().timeIntervalSince1970 }
  ) throws(FileError) {
    self.clock = clock
    let time = clock()
    // TensorBoard reads the files of a folder in the order of their names. Microseconds tell files that are
    // made within a second apart.
    let name = String(format: "events.out.tfevents.%.6f.loupe", time)
    file = folder.appending(path: name)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data().write(to: file)
      handle = try FileHandle(forWritingTo: file)
    } catch {
      throw .unwritable(file: file.path, reason: FileError.reason(of: error))
    }
    try write(.version(at: time))
  }

  deinit { try? handle.close() }

  /// Discards what earlier files in the folder have of this step and later ones.
  ///
  /// - Parameter step: The step from which on earlier records are discarded.
  public func restart(at step: Int) throws(FileError) { try write(.restart(step: step, at: clock())) }

  /// Adds numbers, each with its tag.
  ///
  /// - Parameters:
  ///   - values: The numbers with their tags.
  ///   - step: The step that they belong to.
  public func add(_ values: [(tag: String, number: Double)], step: Int) throws(FileError) {
    if !values.isEmpty { try write(.scalars(values, step: step, at: clock())) }
  }

  /// Adds a gray or color picture.
  ///
  /// - Parameters:
  ///   - picture: The picture, `[H, W, C]` with 1 or 3 channels.
  ///   - tag: The tag.
  ///   - step: The step that it belongs to.
  /// - Throws: `UnsupportedChannels`, or `FileError` if the file cannot be written.
  public func add(_ picture: Image, tag: String, step: Int = 0) throws {
    try write(try .picture(picture, tag: tag, step: step, at: clock()))
  }

  private func write(_ event: TensorBoardEvent) throws(FileError) {
    do { try handle.write(contentsOf: event.record) } catch {
      throw .unwritable(file: file.path, reason: FileError.reason(of: error))
    }
  }
}
