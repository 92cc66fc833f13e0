import Foundation
import Synchronization

/// Pictures that were read once, reduced and kept on disk, so that the next epoch and the next run decode
/// nothing.
///
/// A picture is reduced so that its shorter side has at most `shorterSide` pixels, cut to its middle if it is
/// more than 8 times as long as it is wide, and kept in 8 bits a value. The first use gives the same pixels
/// as later ones. A source whose size or time of modification has changed is read anew, as is one whose kept
/// pixels are damaged.
///
/// The folder holds chunks of pixels, and an index of records with checksums; other settings have files of
/// their own beside them. One process at a time adds to them; others use what was there when they began.
/// Where nothing can be kept, pictures are read each time and `limitation` says why.
public final class ImageCache: Sendable {
  /// Where the files lie.
  public let folder: URL
  /// The largest number of pixels that the shorter side of a picture has.
  public let shorterSide: Int
  /// The number of channels of a picture.
  public let channels: Int
  private let files: CacheFiles
  private let state: Mutex<State>

  fileprivate struct State {
    var records: [CacheKey: CacheRecord]
    /// The pictures whose pixels are known to be whole.
    var checked: Set<CacheKey> = []
    var chunks: [Int: CacheFile] = [:]
    var writer: CacheWriter?
    /// The bytes of the disk that are left to others.
    var reserve = 0
    var limitation: String?
  }

  /// A cache in a folder, which is made if it is not there. Nothing that is wrong with the folder is an
  /// error.
  public convenience init(folder: URL, shorterSide: Int, channels: Int = 3) {
    self.init(folder: folder, shorterSide: shorterSide, channels: channels, chunkBytes: 1 << 30)
  }

  init(folder: URL, shorterSide: Int, channels: Int, chunkBytes: Int) {
    contract(shorterSide > 0 && channels > 0, "a picture of \(shorterSide) pixels, \(channels) channels")
    self.folder = folder
    self.shorterSide = shorterSide
    self.channels = channels
    files = CacheFiles(folder: folder, shorterSide: shorterSide, channels: channels, chunkBytes: chunkBytes)
    // The lock first, so that nothing is added after the index has been read.
    let writer = Result { [files] () throws(FileError) in try CacheWriter(files) }
    var state = State(records: files.readIndex())
    switch writer {
    case .success(let writer): state.writer = writer
    case .failure(let error): state.limitation = ImageCache.sentence(error, folder)
    }
    self.state = Mutex(state)
  }

  /// Why new pictures are not kept, in one sentence, or nil if they are.
  public var limitation: String? { state.withLock { $0.limitation } }

  /// The number of pictures that are kept.
  public var count: Int { state.withLock { $0.records.count } }

  /// Has pictures kept only as long as the disk has so many bytes besides, such as a run's weights need.
  func leaveFree(_ bytes: Int) { state.withLock { $0.reserve = bytes } }

  /// The picture in a file, `[H, W, channels]`, reduced.
  ///
  /// - Throws: What `Image(file:channels:shorterSide:)` throws, or `FileError` when the file is not there.
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
  /// A chunk, opened when it is first asked for; nil if it is not there.
  mutating func chunk(_ number: Int, _ files: CacheFiles) -> CacheFile? {
    if let known = chunks[number] { return known }
    let opened = try? CacheFile(files.chunk(number), flags: O_RDONLY)
    chunks[number] = opened
    return opened
  }

  /// Adds a picture, if there is room and leave to.
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
