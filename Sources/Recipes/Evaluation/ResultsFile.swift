import Foundation

/// What `results.json` holds: results and the version of its format.
struct ResultsFile: Codable {
  /// The version that is written, and the latest that is read. Files without a version are of the first.
  static let currentVersion = 1

  private enum CodingKeys: CodingKey {
    case version
  }

  let version: Int
  /// The results; `nil` if the version is later than the one that is known.
  let results: Results?

  init(_ results: Results) { (version, self.results) = (ResultsFile.currentVersion, results) }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    version = try container.decodeIfPresent(Int.self, forKey: .version) ?? 1
    results = version <= ResultsFile.currentVersion ? try Results(from: decoder) : nil
  }

  func encode(to encoder: any Encoder) throws {
    try results?.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .version)
  }
}

extension Results {
  /// Writes `results.json`: pretty-printed, keys in alphabetical order, whole or not at all.
  ///
  /// - Throws: ``FileError`` if the file cannot be written.
  public func write(to file: URL) throws(FileError) {
    try AtomicFile.write(json: ResultsFile(self), to: file)
  }

  /// Reads what ``write(to:)`` wrote, in this version or an earlier one.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, does not hold results or is of a later version.
  public init(contentsOf file: URL) throws(FileError) {
    let stored: ResultsFile
    do {
      stored = try JSONDecoder().decode(ResultsFile.self, from: Data(contentsOf: file))
    } catch {
      throw FileError.unreadable(file: file.path, reason: FileError.reason(of: error))
    }
    guard let results = stored.results else {
      throw FileError.unreadable(
        file: file.path,
        reason: "its format is of version \(stored.version), and \(ResultsFile.currentVersion) is the latest "
          + "known")
    }
    self = results
  }
}

extension Results.Branch: Codable {
  private enum CodingKeys: CodingKey {
    case name
  }

  /// A branch as JSON has it, its scores beside its name.
  public init(from decoder: any Decoder) throws {
    name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
    scores = try Scores(from: decoder)
  }

  /// Writes the name and each score.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try scores.encode(to: encoder)
  }
}

extension Results.Difference: Codable {
  private enum CodingKeys: CodingKey {
    case of, over
  }

  /// A difference as JSON has it, its scores beside the names of the branches.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    of = try container.decode(String.self, forKey: .of)
    over = try container.decode(String.self, forKey: .over)
    scores = try Scores(from: decoder)
  }

  /// Writes the names and each score.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(of, forKey: .of)
    try container.encode(over, forKey: .over)
    try scores.encode(to: encoder)
  }
}
