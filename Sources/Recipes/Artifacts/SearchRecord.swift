import Foundation

/// The completed trials of a search, stored in a file so that an interrupted run does not repeat them.
struct SearchRecord: Codable {
  /// One trained setting.
  struct Trial: Codable {
    let point: Search.Point
    /// The hash of the stage at this point.
    let hash: String
    /// The validation metric.
    let score: Double
  }

  private(set) var trials: [Trial] = []

  /// Reads the record in a file; empty if there is none or it is unreadable, and the trials are repeated.
  init(in file: URL) {
    guard let data = try? Data(contentsOf: file),
      let record = try? JSONDecoder().decode(SearchRecord.self, from: data)
    else { return }
    self = record
  }

  /// Returns the score of a stage that was trained before.
  func score(of hash: String) -> Double? { trials.first { $0.hash == hash }?.score }

  /// Adds a trial and writes the record.
  mutating func add(_ trial: Trial, to file: URL) throws(FileError) {
    trials.append(trial)
    try AtomicFile.write(json: self, to: file)
  }
}
