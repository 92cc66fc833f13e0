import Foundation

/// The content of `results.json`: results and the version of its format.
struct ResultsFile: Codable {
  /// The version written, and the latest one read. Files without a version have version 1; version 2 adds
  /// the record of the run.
  static let currentVersion = 2

  private enum CodingKeys: CodingKey {
    case version
  }

  let version: Int
  /// The results; nil if the version is newer than supported.
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
  /// Writes `results.json` atomically, pretty-printed with sorted keys.
  ///
  /// - Parameter file: The file to write.
  /// - Throws: ``FileError`` if the file cannot be written.
  public func write(to file: URL) throws(FileError) {
    try AtomicFile.write(json: ResultsFile(self), to: file)
  }

  /// Reads a file written by ``write(to:)`` in this version or an earlier one.
  ///
  /// - Parameter file: The file to read.
  /// - Throws: ``FileError`` if the file cannot be read, does not contain results or has a newer version.
  public init(contentsOf file: URL) throws(FileError) {
    let stored = try JSONFile.read(ResultsFile.self, from: file)
    guard let results = stored.results else {
      throw JSONFile.error(of: file, version: stored.version, latest: ResultsFile.currentVersion)
    }
    self = results
  }
}

extension Results.Branch: Codable {
  private enum CodingKeys: CodingKey {
    case name, perClass
  }

  /// Decodes a branch, with its scores next to its name.
  ///
  /// - Parameter decoder: The decoder to read from.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    perClass = try container.decodeIfPresent([ClassMetrics].self, forKey: .perClass) ?? []
    scores = try Scores(from: decoder)
  }

  /// Encodes the name, the results of classes and each score.
  ///
  /// - Parameter encoder: The encoder to write to.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(perClass, forKey: .perClass)
    try scores.encode(to: encoder)
  }
}

extension Results.Difference: Codable {
  private enum CodingKeys: CodingKey {
    case of, over, tests
  }

  /// Decodes a difference, with its scores next to the branches' names.
  ///
  /// - Parameter decoder: The decoder to read from.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    of = try container.decode(String.self, forKey: .of)
    over = try container.decode(String.self, forKey: .over)
    tests = try container.decodeIfPresent([String: PairedTest].self, forKey: .tests) ?? [:]
    scores = try Scores(from: decoder)
  }

  /// Encodes the names, the tests and each score.
  ///
  /// - Parameter encoder: The encoder to write to.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(of, forKey: .of)
    try container.encode(over, forKey: .over)
    try container.encode(tests, forKey: .tests)
    try scores.encode(to: encoder)
  }
}
