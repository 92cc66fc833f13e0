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

  /// Returns whether a score is the best so far: no point of the search has a better one, and none before it
  /// an equal one.
  ///
  /// - Parameter order: The hashes of the points in their order.
  func isBest(_ score: Double, of hash: String, in order: [String]) -> Bool {
    guard let place = order.firstIndex(of: hash), score > -.infinity else { return false }
    return order.enumerated().allSatisfy { other, hash in
      guard let known = self.score(of: hash) else { return true }
      return other < place ? score > known : score >= known
    }
  }

  /// Adds a trial at its place among those of the search, and writes the record.
  ///
  /// - Parameter order: The hashes of the points in their order; trials may end in another one.
  mutating func add(_ trial: Trial, in order: [String], to file: URL) throws(FileError) {
    let later = Set(order.drop { $0 != trial.hash })
    trials.insert(trial, at: trials.firstIndex { later.contains($0.hash) } ?? trials.endIndex)
    try AtomicFile.write(json: self, to: file)
  }
}
