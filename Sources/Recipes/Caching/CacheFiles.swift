import Foundation

/// The files of a cache of given settings; the names hold the settings.
struct CacheFiles: Sendable {
  let folder: URL
  let chunkBytes: Int
  private let channels: Int
  private let stem: String

  init(folder: URL, shorterSide: Int, channels: Int, chunkBytes: Int) {
    self.folder = folder
    self.chunkBytes = chunkBytes
    self.channels = channels
    // The 1 counts formats, and ways to reduce a picture.
    stem = "photographs-1-\(shorterSide)px-\(channels)ch"
  }

  var index: URL { folder.appending(path: "\(stem).index") }
  var lock: URL { folder.appending(path: "\(stem).lock") }
  func chunk(_ number: Int) -> URL { folder.appending(path: "\(stem).\(number).pixels") }

  /// The newest record of each picture. Damaged ones and ones beyond the end of their chunk are left out.
  func readIndex() -> [CacheKey: CacheRecord] {
    guard let data = try? Data(contentsOf: index, options: .mappedIfSafe) else { return [:] }
    var records: [CacheKey: CacheRecord] = [:]
    records.reserveCapacity(data.count / CacheRecord.bytes)
    var sizes: [Int: Int] = [:]
    data.withUnsafeBytes { bytes in
      for place in 0..<(bytes.count / CacheRecord.bytes) {
        let start = place * CacheRecord.bytes
        let part = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + CacheRecord.bytes)])
        guard let record = CacheRecord(part, channels: channels, chunkBytes: chunkBytes) else { continue }
        let size = sizes[record.chunk] ?? size(ofChunk: record.chunk)
        sizes[record.chunk] = size
        guard record.offset + record.bytes(channels: channels) <= size else { continue }
        records[record.key] = record
      }
    }
    return records
  }

  private func size(ofChunk number: Int) -> Int {
    var status = stat()
    return stat(chunk(number).path, &status) == 0 ? Int(status.st_size) : 0
  }
}
