import Foundation

/// Named numbers for a file that knows what they depend on, so that it can be told whether they still hold.
struct StoredTensors {
  let tensors: [NamedTensor]
  /// The hash of what they depend on.
  let hash: String
  /// What else is noted in the file.
  let notes: [String: String]

  /// What a file turned out to be.
  enum Finding {
    case current(SafeTensors)
    case absent
    /// Not usable, for a reason that the user is told.
    case unusable(String)
  }

  /// Looks for the tensors of the given hash.
  static func find(_ file: URL, hash: String) -> Finding {
    guard FileManager.default.fileExists(atPath: file.path) else { return .absent }
    let stored: SafeTensors
    do { stored = try SafeTensors.read(file) } catch { return .unusable(error.description) }
    guard let known = stored.metadata["loupe.hash"], let sum = stored.metadata["loupe.checksum"] else {
      return .unusable("\(file.path) was not written by a run of this pipeline.")
    }
    guard known == hash else {
      return .unusable("\(file.path) is of other settings, data or seed.")
    }
    guard sum == checksum(stored.names.lazy.compactMap { stored[$0] }) else {
      return .unusable("\(file.path) holds other numbers than were written to it: it is damaged.")
    }
    return .current(stored)
  }

  /// Writes them, whole or not at all.
  func write(to file: URL) throws {
    let sum = StoredTensors.checksum(tensors.sorted { $0.name < $1.name })
    let own = ["loupe.hash": hash, "loupe.checksum": sum]
    try SafeTensors.write(tensors, metadata: notes.merging(own) { $1 }, to: file)
  }

  // Of the tensors in the order of their names.
  private static func checksum(_ tensors: some Sequence<NamedTensor>) -> String {
    var hash = ContentHash()
    for tensor in tensors {
      hash.combine(tensor.name)
      for length in tensor.shape { hash.combine(length) }
      for value in tensor.floats { hash.combine(Int(value.bitPattern)) }
    }
    return hash.text
  }
}
