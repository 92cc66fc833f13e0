import Foundation

/// What a search has tried so far, kept in a file so that a broken run does not try it again.
struct SearchRecord: Codable {
  /// One setting that was trained.
  struct Trial: Codable {
    let point: Search.Point
    /// The hash of the stage at this point.
    let hash: String
    /// The metric on validation.
    let score: Double
  }

  private(set) var trials: [Trial] = []

  /// The record in a file; an empty one if there is none that can be read, and the trials are made again.
  init(in file: URL) {
    guard let data = try? Data(contentsOf: file),
      let record = try? JSONDecoder().decode(SearchRecord.self, from: data)
    else { return }
    self = record
  }

  /// The score of a stage that was trained before.
  func score(of hash: String) -> Double? { trials.first { $0.hash == hash }?.score }

  /// Adds a trial and writes the record.
  mutating func add(_ trial: Trial, to file: URL) throws(FileError) {
    trials.append(trial)
    try AtomicFile.write(json: self, to: file)
  }
}
