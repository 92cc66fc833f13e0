import Foundation
import Synchronization

/// A disk cache of decoded and reduced images, so that later epochs and runs decode nothing.
///
/// An image is reduced to a shorter side of at most `shorterSide` pixels, cropped to its middle if it is more
/// than 8 times as long as it is wide, and stored with 8 bits per value. The first use returns the same
/// pixels as later ones. An image is decoded again if the file's size or modification time has changed, or
/// its cached pixels are damaged.
///
/// The folder contains chunks of pixels, and an index of records with checksums; caches with other settings
/// have separate files in it. One process at a time writes; others use the contents at the time they opened
/// it. If nothing can be stored, images are decoded each time and `limitation` says why.
public final class ImageCache: Sendable {
  /// The folder of the files.
  public let folder: URL
  /// The largest shorter side of an image, in pixels.
  public let shorterSide: Int
  /// The number of channels of an image.
  public let channels: Int
  private let files: CacheFiles
  private let state: Mutex<State>

  fileprivate struct State {
    var records: [CacheKey: CacheRecord]
    /// The images with verified checksums.
    var checked: Set<CacheKey> = []
    var chunks: [Int: CacheFile] = [:]
    var writer: CacheWriter?
    /// The bytes of disk space to leave free.
    var reserve = 0
    var limitation: String?
  }

  /// Opens the cache in a folder, which is created if necessary. Problems with the folder are not errors.
  ///
  /// - Parameters:
  ///   - folder: The folder of the files.
  ///   - shorterSide: The largest shorter side of an image, in pixels.
  ///   - channels: The number of channels of an image.
  public convenience init(folder: URL, shorterSide: Int, channels: Int = 3) {
    self.init(folder: folder, shorterSide: shorterSide, channels: channels, chunkBytes: 1 << 30)
  }

  init(folder: URL, shorterSide: Int, channels: Int, chunkBytes: Int) {
    contract(shorterSide > 0 && channels > 0, "a picture of \(shorterSide) pixels, \(channels) channels")
    self.folder = folder
    self.shorterSide = shorterSide
    self.channels = channels
    files = CacheFiles(folder: folder, shorterSide: shorterSide, channels: channels, chunkBytes: chunkBytes)
    // Lock first, so that nothing is added after the index has been read.
    let writer = Result { [files] () throws(FileError) in try CacheWriter(files) }
    var state = State(records: files.readIndex())
    switch writer {
    case .success(let writer): state.writer = writer
    case .failure(let error): state.limitation = ImageCache.sentence(error, folder)
    }
    self.state = Mutex(state)
  }

  /// Why new images are not stored, in one sentence, or nil if they are.
  public var limitation: String? { state.withLock { $0.limitation } }

  /// The number of cached images.
  public var count: Int { state.withLock { $0.records.count } }

  /// Stores images only while the disk has this many bytes free, such as for a run's weights.
  func leaveFree(_ bytes: Int) { state.withLock { $0.reserve = bytes } }

  /// Returns the image in a file, `[H, W, channels]`, reduced.
  ///
  /// - Parameter file: The file of the original photograph.
  /// - Throws: The errors of `Image(file:channels:shorterSide:)`, or `FileError` if the file does not exist.
  public func image(of file: URL) throws -> Image {
    let path = file.path
    let source = try FileStamp(of: path)
    let key = CacheKey(path)
    if let image = kept(key, source) { return image }
    let image = try Preparation(shorterSide: shorterSide).image(of: file, channels: channels)
    let small = EightBitImage(image)
    state.withLock { $0.keep(small, key, source, files) }
    return image
  }

  private func kept(_ key: CacheKey, _ source: FileStamp) -> Image? {
    let found: (record: CacheRecord, chunk: CacheFile, isChecked: Bool)? = state.withLock { state in
      guard let record = state.records[key], record.source == source,
        let chunk = state.chunk(record.chunk, files)
      else { return nil }
      return (record, chunk, state.checked.contains(key))
    }
    guard let (record, chunk, isChecked) = found,
      let bytes = chunk.read(record.bytes(channels: channels), at: record.offset)
    else { return nil }
    if !isChecked {
      guard bytes.withUnsafeBytes(CacheRecord.checksum) == record.pixels else { return nil }
      state.withLock { state in
        if state.records[key] == record { state.checked.insert(key) }
      }
    }
    return EightBitImage(width: record.width, height: record.height, channels: channels, bytes: bytes).image
  }

  fileprivate static func sentence(_ reason: some CustomStringConvertible, _ folder: URL) -> String {
    "No more pictures are kept in \(folder.path), and those it lacks are read each time: \(reason)"
  }
}

extension ImageCache.State {
  /// Returns a chunk, opened on first use; nil if it does not exist.
  mutating func chunk(_ number: Int, _ files: CacheFiles) -> CacheFile? {
    if let known = chunks[number] { return known }
    let opened = try? CacheFile(files.chunk(number), flags: O_RDONLY)
    chunks[number] = opened
    return opened
  }

  /// Stores an image, if the disk has enough space and the cache is writable.
  mutating func keep(_ image: EightBitImage, _ key: CacheKey, _ source: FileStamp, _ files: CacheFiles) {
    guard writer != nil, image.bytes.count <= files.chunkBytes else { return }
    if reserve > 0, let free = DiskSpace(at: files.folder)?.bytes, free - image.bytes.count < reserve {
      limitation = ImageCache.sentence(
        "\(SystemMemory.text(free)) are free on the disk, of which the run's weights and checkpoints need "
          + "\(SystemMemory.text(reserve)).", files.folder)
      writer = nil
      return
    }
    do {
      guard let record = try writer?.append(image, key, source) else { return }
      records[key] = record
      checked.insert(key)
    } catch {
      limitation = ImageCache.sentence(error, files.folder)
      writer = nil
    }
  }
}
