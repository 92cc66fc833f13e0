import Foundation

/// Small pictures of the first photographs of each ranking, for the report.
struct AuditGallery: Codable, Sendable {
  /// The pictures by photograph, as the findings number them.
  let pictures: [Int: Thumbnail]

  /// The longer side of a picture in pixels.
  private static let side = 112

  /// Reads the photographs. Those that can no longer be read, or have channels that no picture has, are left
  /// out.
  ///
  /// - Parameter indices: The index in the dataset of each photograph of the findings.
  init(of findings: AuditFindings, in dataset: Dataset, at indices: [Int]) {
    var pictures: [Int: Thumbnail] = [:]
    for photograph in AuditSelection(of: findings).photographs where pictures[photograph] == nil {
      guard let image = try? dataset.imageIfReadable(at: indices[photograph]) else { continue }
      pictures[photograph] = try? Thumbnail(image, side: AuditGallery.side)
    }
    self.pictures = pictures
  }

  /// Creates a gallery of pictures.
  init(pictures: [Int: Thumbnail]) { self.pictures = pictures }

  /// Reads a file; empty if there is none, or it cannot be read.
  init(contentsOf file: URL) {
    let stored = try? JSONDecoder().decode(AuditGallery.self, from: Data(contentsOf: file))
    pictures = stored?.pictures ?? [:]
  }
}

/// The first entries of each ranking, which the report shows.
struct AuditSelection {
  /// The pairs of each relation, those across splits first.
  let pairs: [(relation: AuditFindings.Relation, pairs: [AuditFindings.Pair])]
  let offTopic: [AuditFindings.OffTopic]
  let labelErrors: [AuditFindings.LabelError]

  init(of findings: AuditFindings) {
    pairs = AuditFindings.Relation.allCases.reversed().map { relation in
      (relation, Array(findings.nearDuplicates.lazy.filter { $0.relation == relation }.prefix(12)))
    }
    offTopic = Array(findings.offTopic.prefix(36))
    labelErrors = Array(findings.labelErrors.prefix(24))
  }

  /// The photographs of these entries.
  var photographs: [Int] {
    pairs.flatMap { $0.pairs.flatMap { [$0.first, $0.second] } } + offTopic.map(\.photograph)
      + labelErrors.flatMap { [$0.photograph, $0.other] }
  }
}
