import Foundation

/// The files of a cache with given settings, which are part of the names.
struct CacheFiles: Sendable {
  let folder: URL
  let chunkBytes: Int
  /// The bytes of an element of a block.
  let elementBytes: Int
  private let stem: String
  private let content: String

  private init(folder: URL, stem: String, content: String, elementBytes: Int, chunkBytes: Int) {
    (self.folder, self.stem, self.content) = (folder, stem, content)
    (self.elementBytes, self.chunkBytes) = (elementBytes, chunkBytes)
  }

  /// The files of images, with a byte for each channel of a pixel.
  static func images(in folder: URL, shorterSide: Int, channels: Int, chunkBytes: Int) -> CacheFiles {
    // The versions of the file format and of the preprocessing.
    CacheFiles(
      folder: folder, stem: "photographs-2.\(Preparation.currentVersion)-\(shorterSide)px-\(channels)ch",
      content: "pixels", elementBytes: channels, chunkBytes: chunkBytes)
  }

  /// The files of features, numbers in single precision, by what computes them.
  ///
  /// - Parameter identity: The hash of everything that they depend on besides the photographs.
  static func features(in folder: URL, of identity: String) -> CacheFiles {
    CacheFiles(
      folder: folder, stem: "features-1-\(identity)", content: "features",
      elementBytes: MemoryLayout<Float>.stride, chunkBytes: 1 << 30)
  }

  var index: URL { folder.appending(path: "\(stem).index") }
  var lock: URL { folder.appending(path: "\(stem).lock") }
  func chunk(_ number: Int) -> URL { folder.appending(path: "\(stem).\(number).\(content)") }

  /// Returns the latest record of each block. Damaged records and those beyond the end of their chunk are
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
          CacheRecord($0, elementBytes: elementBytes, chunkBytes: chunkBytes)
        }
        guard let record else { continue }
        let size = sizes[record.chunk] ?? size(ofChunk: record.chunk)
        sizes[record.chunk] = size
        guard record.offset + record.bytes(elementBytes) <= size else { continue }
        records[record.key] = record
      }
    }
    return records
  }

  private func size(ofChunk number: Int) -> Int { FileStatus(of: chunk(number).path)?.size ?? 0 }
}
