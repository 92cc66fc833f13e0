import Foundation

/// The files of an audit, in a folder of their own: `audit.json` with everything that was found, tables to
/// work through, pictures for the report, and the features for other programs.
public struct AuditFiles: Sendable {
  /// The folder.
  public let folder: URL

  /// The files in a folder.
  ///
  /// - Parameter folder: The folder.
  public init(in folder: URL) { self.folder = folder }

  /// The audits in the folder of a run: those of its stages, named after them, and that of the program.
  ///
  /// - Parameter run: The folder of the run.
  public static func all(in run: URL) -> [AuditFiles] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: run.path)) ?? []
    return names.filter { $0 == "audit" || $0.hasSuffix(".audit") }.sorted()
      .map { AuditFiles(in: run.appending(path: $0)) }
      .filter { FileManager.default.fileExists(atPath: $0.findings.path) }
  }

  /// The findings.
  public var findings: URL { folder.appending(path: "audit.json") }
  /// The table of a ranking.
  ///
  /// - Parameter table: The ranking.
  public func table(_ table: AuditTable) -> URL { folder.appending(path: "\(table.rawValue).csv") }
  /// Pictures of the first photographs of each ranking.
  public var gallery: URL { folder.appending(path: "gallery.json") }
  /// The features: `features`, `[photographs, dimensions]`, in the order of the photographs in ``findings``.
  public var features: URL { folder.appending(path: "features.safetensors") }

  /// Writes the findings and their tables. Decisions that someone has entered in earlier tables are kept.
  ///
  /// - Parameter findings: The findings to write.
  /// - Throws: `FileError` or `CSVError` if a file cannot be written, or an earlier table cannot be read.
  public func write(_ findings: AuditFindings) throws {
    let decisions = try AuditTable.allCases.map { try AuditDecisions(in: table($0), of: $0) }
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
      throw FileError.writing(folder, bytes: 0, error)
    }
    for (table, decisions) in zip(AuditTable.allCases, decisions) {
      try AtomicFile.write(CSV.text(of: findings.rows(of: table, decisions)), to: self.table(table))
    }
    try AtomicFile.write(JSONEncoder.stable.encode(AuditFile(findings)), to: self.findings)
  }
}

extension AuditFindings {
  /// Reads `audit.json` of this version or an earlier one.
  ///
  /// - Parameter file: The file to read.
  /// - Throws: `FileError` if it cannot be read, has no findings or a newer version.
  public init(contentsOf file: URL) throws(FileError) {
    let stored = try JSONFile.read(AuditFile.self, from: file)
    guard let findings = stored.findings else {
      throw JSONFile.error(of: file, version: stored.version, latest: AuditFile.currentVersion)
    }
    guard findings.isConsistent else {
      throw .unreadable(file: file.path, reason: "it names photographs that are not in its list")
    }
    self = findings
  }

  private var isConsistent: Bool {
    let known = photographs.indices
    return nearDuplicates.allSatisfy { known.contains($0.first) && known.contains($0.second) }
      && offTopic.allSatisfy { known.contains($0.photograph) }
      && labelErrors.allSatisfy {
        known.contains($0.photograph) && known.contains($0.other) && known.contains($0.same ?? $0.other)
      }
  }
}

/// The content of `audit.json`: findings and the version of the format.
private struct AuditFile: Codable {
  static let currentVersion = 1

  private enum CodingKeys: CodingKey {
    case version, findings
  }

  let version: Int
  /// The findings; nil if the version is newer than supported.
  let findings: AuditFindings?

  init(_ findings: AuditFindings) { (version, self.findings) = (AuditFile.currentVersion, findings) }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    version = try container.decode(Int.self, forKey: .version)
    findings =
      version <= AuditFile.currentVersion ? try container.decode(AuditFindings.self, forKey: .findings) : nil
  }
}
