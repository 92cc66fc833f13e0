import Foundation

/// Named tensors in a file with a hash of their dependencies, to detect stale files.
struct StoredTensors {
  let tensors: [NamedTensor]
  /// The hash of the dependencies.
  let hash: String
  /// The unreadable photographs encountered in computing them.
  let damaged: [DamagedPhotograph]
  /// Other metadata.
  let notes: [String: String]

  /// The state of a file.
  enum Finding {
    case current(Found)
    case absent
    /// Unusable, with the reason for the user.
    case unusable(String)
  }

  /// The tensors of a file, with its metadata.
  struct Found {
    let stored: SafeTensors
    let damaged: [DamagedPhotograph]
    let provenance: Provenance
  }

  /// Reads the tensors with the given hash.
  static func find(_ file: URL, hash: String) -> Finding {
    guard FileManager.default.fileExists(atPath: file.path) else { return .absent }
    do {
      let stored = try SafeTensors.read(file)
      guard let known = stored.metadata[hashKey], stored.metadata[Seal.key] != nil else {
        return .unusable("\(file.path) was not written by a run of this pipeline.")
      }
      guard known == hash else {
        return .unusable("\(file.path) was made with another model, data, settings or seed.")
      }
      guard try stored.isIntact == true, let provenance = Provenance(stored.metadata),
        let damaged = [DamagedPhotograph](stored.metadata)
      else { throw WeightsError.damaged(file: file.path) }
      return .current(Found(stored: stored, damaged: damaged, provenance: provenance))
    } catch {
      return .unusable("\(error)")
    }
  }

  /// Writes the tensors with their provenance, atomically.
  func write(to file: URL) throws {
    let own = [
      [StoredTensors.hashKey: hash], try Provenance.current.metadata, try damaged.metadata,
    ]
    let metadata = own.reduce(notes) { $0.merging($1) { $1 } }
    try SafeTensors.write(tensors, metadata: metadata, isSealed: true, to: file)
  }

  private static let hashKey = "loupe.hash"
}

extension [DamagedPhotograph] {
  private static var key: String { "loupe.damaged" }

  /// Reads the list of damaged photographs in metadata; nil if there is none.
  fileprivate init?(_ metadata: [String: String]) {
    guard let text = metadata[Self.key],
      let list = try? JSONDecoder().decode([DamagedPhotograph].self, from: Data(text.utf8))
    else { return nil }
    self = list
  }

  /// The list as metadata.
  fileprivate var metadata: [String: String] {
    get throws { [Self.key: String(decoding: try JSONEncoder.stable.encode(self), as: UTF8.self)] }
  }
}
