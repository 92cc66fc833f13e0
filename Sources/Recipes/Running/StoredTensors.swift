import Foundation

/// Named numbers in a file that knows what they depend on, so that it can be told whether they still hold.
struct StoredTensors {
  let tensors: [NamedTensor]
  /// The hash of what they depend on.
  let hash: String
  /// What else is noted in the file.
  var notes: [String: String] = [:]

  /// What a file turned out to be.
  enum Finding {
    case current(StoredTensors)
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
    guard sum == checksum(stored.tensors) else {
      return .unusable("\(file.path) holds other numbers than were written to it: it is damaged.")
    }
    return .current(StoredTensors(tensors: stored.tensors, hash: known, notes: stored.metadata))
  }

  /// Writes them, whole or not at all.
  func write(to file: URL) throws {
    let own = ["loupe.hash": hash, "loupe.checksum": StoredTensors.checksum(tensors)]
    try SafeTensors.write(tensors, metadata: notes.merging(own) { $1 }, to: file)
  }

  private static func checksum(_ tensors: [NamedTensor]) -> String {
    var hash = ContentHash()
    for tensor in tensors.sorted(by: { $0.name < $1.name }) {
      hash.combine(tensor.name)
      for length in tensor.shape { hash.combine(length) }
      for value in tensor.floats { hash.combine(Int(value.bitPattern)) }
    }
    return hash.text
  }
}
