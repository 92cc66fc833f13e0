import Foundation

/// The writer of a cache; there is at most one per cache, across all processes.
struct CacheWriter {
  private let files: CacheFiles
  private let lock: CacheFile
  private let index: CacheFile
  private var indexEnd: Int
  private var number = 0
  private var chunk: CacheFile
  private var end: Int

  /// Opens the cache for writing.
  ///
  /// - Throws: `FileError` if the folder is not writable, or another process is writing to the cache.
  init(_ files: CacheFiles) throws(FileError) {
    self.files = files
    do {
      try FileManager.default.createDirectory(at: files.folder, withIntermediateDirectories: true)
    } catch {
      throw .writing(files.folder, bytes: 0, error)
    }
    lock = try CacheFile(files.lock, flags: O_RDWR | O_CREAT)
    guard flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw .unwritable(
        file: files.index.path,
        reason: errno == EWOULDBLOCK ? "another process adds to it" : FileError.reason(of: POSIXError.last))
    }
    index = try CacheFile(files.index, flags: O_RDWR | O_CREAT)
    // A torn record is overwritten.
    indexEnd = index.size / CacheRecord.bytes * CacheRecord.bytes
    chunk = try CacheFile(files.chunk(0), flags: O_RDWR | O_CREAT)
    end = chunk.size
  }

  /// Writes a block, to the next chunk if it does not fit, and then the record that refers to it.
  ///
  /// - Throws: `FileError` if the disk is full.
  mutating func append(
    _ block: CacheStore.Block, _ key: CacheKey, _ source: FileStamp
  ) throws(FileError) -> CacheRecord {
    // Chunks truncated by other processes are not appended to either: locations of existing records would get
    // other bytes.
    while block.bytes.count > files.chunkBytes - end || chunk.size < end {
      number += 1
      chunk = try CacheFile(files.chunk(number), flags: O_RDWR | O_CREAT)
      end = chunk.size
    }
    let record = CacheRecord(
      key: key, source: source, chunk: number, offset: end, width: block.width, height: block.height,
      checksum: block.bytes.withUnsafeBytes(CacheRecord.checksum))
    try write(block.bytes, to: chunk, at: end)
    end += block.bytes.count
    try write(record.encoded, to: index, at: indexEnd)
    indexEnd += CacheRecord.bytes
    return record
  }

  private func write<Element>(_ elements: [Element], to file: CacheFile, at offset: Int) throws(FileError) {
    let result = elements.withUnsafeBytes { bytes in
      Result { () throws(FileError) in try file.write(bytes, at: offset) }
    }
    try result.get()
  }
}
