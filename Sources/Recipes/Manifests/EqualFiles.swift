import Ops

/// A search for files with identical bytes that reads as little as possible: only files of equal size are
/// opened, and only those with an equal middle are read in full.
enum EqualFiles {
  /// Returns the groups of two or more files with identical bytes, as indices, in the order of their first
  /// ones. Empty and unreadable files are skipped.
  static func groups(
    of files: [(path: String, size: Int)], workers: Workers = .shared
  ) throws -> [[Int]] {
    let candidates = groups(Array(files.indices.filter { files[$0].size > 0 })) { files[$0].size }
    let alike = try narrowed(candidates, files, workers) { path, size in
      hash(of: path, from: max(0, size / 2 - sample / 2), count: sample)
    }
    let large = alike.filter { files[$0[0]].size > sample }
    let equal = try narrowed(large, files, workers) { path, size in hash(of: path, from: 0, count: size) }
    return (equal + alike.filter { files[$0[0]].size <= sample }).sorted { $0[0] < $1[0] }
  }

  private static let sample = 4096

  // Splits the groups by a hash of each file.
  private static func narrowed(
    _ groups: [[Int]], _ files: [(path: String, size: Int)], _ workers: Workers,
    by hash: @escaping @Sendable (String, Int) -> String?
  ) throws -> [[Int]] {
    let members = groups.flatMap(\.self).map { (index: $0, path: files[$0].path, size: files[$0].size) }
    let hashes = workers.map(members.count) { hash(members[$0].path, members[$0].size) }
    let hashOfFile = Dictionary(uniqueKeysWithValues: zip(members.map(\.index), hashes))
    return groups.flatMap { group in
      self.groups(group.filter { hashOfFile[$0] ?? nil != nil }) { hashOfFile[$0] ?? nil }
    }
  }

  private static func groups<Key: Hashable>(_ indices: [Int], by key: (Int) -> Key) -> [[Int]] {
    Dictionary(grouping: indices, by: key).values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }

  private static func hash(of path: String, from start: Int, count: Int) -> String? {
    guard let file = try? OpenFile(path) else { return nil }
    return try? file.hash(of: start..<min(start + count, file.size))
  }
}
