import Foundation

/// The files of a cache with given settings, which are part of the names.
struct CacheFiles: Sendable {
  let folder: URL
  let chunkBytes: Int
  private let channels: Int
  private let stem: String

  init(folder: URL, shorterSide: Int, channels: Int, chunkBytes: Int) {
    self.folder = folder
    self.chunkBytes = chunkBytes
    self.channels = channels
    // The versions of the file format and of the preprocessing.
    stem = "photographs-2.\(Preparation.currentVersion)-\(shorterSide)px-\(channels)ch"
  }

  var index: URL { folder.appending(path: "\(stem).index") }
  var lock: URL { folder.appending(path: "\(stem).lock") }
  func chunk(_ number: Int) -> URL { folder.appending(path: "\(stem).\(number).pixels") }

  /// Returns the latest record of each image. Damaged records and those beyond the end of their chunk are
  /// skipped.
  func readIndex() -> [CacheKey: CacheRecord] {
    guard let file = try? CacheFile(index, flags: O_RDONLY) else { return [:] }
    var records: [CacheKey: CacheRecord] = [:]
    var sizes: [Int: Int] = [:]
    let count = file.size / CacheRecord.bytes
    let block = 1024
    for first in stride(from: 0, to: count, by: block) {
      let bytes = file.read(
        min(block, count - first) * CacheRecord.bytes, at: first * CacheRecord.bytes)
      guard let bytes else { break }
      for start in stride(from: 0, to: bytes.count, by: CacheRecord.bytes) {
        let record = bytes[start..<(start + CacheRecord.bytes)].withUnsafeBytes {
          CacheRecord($0, channels: channels, chunkBytes: chunkBytes)
        }
        guard let record else { continue }
        let size = sizes[record.chunk] ?? size(ofChunk: record.chunk)
        sizes[record.chunk] = size
        guard record.offset + record.bytes(channels: channels) <= size else { continue }
        records[record.key] = record
      }
    }
    return records
  }

  private func size(ofChunk number: Int) -> Int { FileStatus(of: chunk(number).path)?.size ?? 0 }
}
