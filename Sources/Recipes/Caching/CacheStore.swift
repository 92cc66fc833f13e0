import Foundation
import Synchronization

/// The blocks of bytes of a cache on disk, by key: chunks of them, and an index of records with checksums.
///
/// A block is of a file with a stamp; one of a file that has changed since, or whose bytes are damaged, is
/// not found. One process at a time writes; others use the contents at the time they opened it. If nothing
/// can be stored, `limitation` says why.
final class CacheStore: Sendable {
  /// An array of `width` by `height` elements.
  struct Block {
    let width: Int
    let height: Int
    let bytes: [UInt8]
  }

  /// The kind of the blocks, for the sentence of `limitation`.
  enum Content: String {
    case pictures, features

    fileprivate var isMade: String { self == .pictures ? "read" : "computed" }
  }

  private let files: CacheFiles
  private let content: Content
  private let state: Mutex<State>

  fileprivate struct State {
    var records: [CacheKey: CacheRecord]
    /// The blocks with verified checksums.
    var checked: Set<CacheKey> = []
    var chunks: [Int: CacheFile] = [:]
    var writer: CacheWriter?
    /// The bytes of disk space to leave free.
    var reserve = 0
    var limitation: String?
  }

  /// Opens the store in a folder, which is created if necessary. Problems with the folder are not errors.
  init(_ files: CacheFiles, of content: Content) {
    (self.files, self.content) = (files, content)
    // Lock first, so that nothing is added after the index has been read.
    let writer = Result { [files] () throws(FileError) in try CacheWriter(files) }
    var state = State(records: files.readIndex())
    switch writer {
    case .success(let writer): state.writer = writer
    case .failure(let error): state.limitation = CacheStore.sentence(content, error, files.folder)
    }
    self.state = Mutex(state)
  }

  /// Why new blocks are not stored, in one sentence, or nil if they are.
  var limitation: String? { state.withLock { $0.limitation } }

  /// The number of blocks.
  var count: Int { state.withLock { $0.records.count } }

  /// The bytes of disk space that are left free.
  var reserve: Int { state.withLock { $0.reserve } }

  /// Stores blocks only while the disk has this many bytes free.
  func leaveFree(_ bytes: Int) { state.withLock { $0.reserve = bytes } }

  /// Returns the block with a key, if it is of a file with this stamp.
  func block(_ key: CacheKey, of source: FileStamp) -> Block? {
    let found: (record: CacheRecord, chunk: CacheFile, isChecked: Bool)? = state.withLock { state in
      guard let record = state.records[key], record.source == source,
        let chunk = state.chunk(record.chunk, files)
      else { return nil }
      return (record, chunk, state.checked.contains(key))
    }
    guard let (record, chunk, isChecked) = found,
      let bytes = chunk.read(record.bytes(files.elementBytes), at: record.offset)
    else { return nil }
    if !isChecked {
      guard bytes.withUnsafeBytes(CacheRecord.checksum) == record.checksum else { return nil }
      state.withLock { state in
        if state.records[key] == record { state.checked.insert(key) }
      }
    }
    return Block(width: record.width, height: record.height, bytes: bytes)
  }

  /// Stores a block of a file, if the disk has enough space and the store is writable.
  func store(_ block: Block, _ key: CacheKey, of source: FileStamp) {
    state.withLock { state in
      guard state.writer != nil, block.bytes.count <= files.chunkBytes else { return }
      if state.reserve > 0, let free = DiskSpace(at: files.folder)?.bytes,
        free - block.bytes.count < state.reserve
      {
        state.limitation = CacheStore.sentence(
          content,
          "\(SystemMemory.text(free)) are free on the disk, of which the run's weights and checkpoints need "
            + "\(SystemMemory.text(state.reserve)).", files.folder)
        state.writer = nil
        return
      }
      do throws(FileError) {
        guard let record = try state.writer?.append(block, key, source) else { return }
        state.records[key] = record
        state.checked.insert(key)
      } catch {
        state.limitation = CacheStore.sentence(content, error, files.folder)
        state.writer = nil
      }
    }
  }

  private static func sentence(
    _ content: Content, _ reason: some CustomStringConvertible, _ folder: URL
  ) -> String {
    "No more \(content.rawValue) are kept in \(folder.path), and those it lacks are \(content.isMade) each time: "
      + "\(reason)"
  }
}

extension CacheStore.State {
  /// Returns a chunk, opened on first use; nil if it does not exist.
  fileprivate mutating func chunk(_ number: Int, _ files: CacheFiles) -> CacheFile? {
    if let known = chunks[number] { return known }
    let opened = try? CacheFile(files.chunk(number), flags: O_RDONLY)
    chunks[number] = opened
    return opened
  }
}
