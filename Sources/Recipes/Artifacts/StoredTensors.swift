import Foundation

/// Named numbers for a file that knows what they depend on, so that it can be told whether they still hold.
struct StoredTensors {
  let tensors: [NamedTensor]
  /// The hash of what they depend on.
  let hash: String
  /// The photographs that could not be read on the way to them.
  let damaged: [DamagedPhotograph]
  /// What else is noted in the file.
  let notes: [String: String]

  /// What a file turned out to be.
  enum Finding {
    case current(Found)
    case absent
    /// Not usable, for a reason that the user is told.
    case unusable(String)
  }

  /// The tensors of a file, and what else is known of them.
  struct Found {
    let stored: SafeTensors
    let damaged: [DamagedPhotograph]
    let provenance: Provenance
  }

  /// Looks for the tensors of the given hash.
  static func find(_ file: URL, hash: String) -> Finding {
    guard FileManager.default.fileExists(atPath: file.path) else { return .absent }
    do {
      let stored = try SafeTensors.read(file)
      guard let known = stored.metadata[hashKey], stored.metadata[Seal.key] != nil else {
        return .unusable("\(file.path) was not written by a run of this pipeline.")
      }
      guard known == hash else { return .unusable("\(file.path) is of other settings, data or seed.") }
      guard try stored.isIntact == true, let provenance = Provenance(stored.metadata),
        let damaged = [DamagedPhotograph](stored.metadata)
      else { throw WeightsError.damaged(file: file.path) }
      return .current(Found(stored: stored, damaged: damaged, provenance: provenance))
    } catch {
      return .unusable("\(error)")
    }
  }

  /// Writes them with what they were made by, whole or not at all.
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

  /// Those that a file lists; nil if it does not.
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
