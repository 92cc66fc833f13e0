/// A ranking as a table to work through: a row for each pair or photograph, the most suspicious first, with
/// an empty column for a decision.
public enum AuditTable: String, Sendable, CaseIterable {
  case nearDuplicates = "near-duplicates"
  case offTopic = "off-topic"
  case labelErrors = "label-errors"

  /// The names of the columns.
  var columns: [String] {
    switch self {
    case .nearDuplicates:
      ["rank", "score"] + both(["photograph", "patient", "split", "label"])
        + ["relation", "likely", "decision"]
    case .offTopic: ["rank", "score", "photograph", "patient", "split", "label", "likely", "decision"]
    case .labelErrors:
      [
        "rank", "score", "photograph", "patient", "split", "label", "label of nearest other", "nearest other",
        "nearest of same label", "likely", "decision",
      ]
    }
  }

  /// The columns that identify a row, beside its rank.
  var keys: [String] { self == .nearDuplicates ? both(["photograph"]) : ["photograph"] }

  private func both(_ names: [String]) -> [String] { names.flatMap { ["\($0) 1", "\($0) 2"] } }
}

extension AuditFindings {
  /// Returns the rows of a table with the header, and the decisions that are known.
  func rows(of table: AuditTable, _ decisions: AuditDecisions) -> [[String]] {
    let rows: [[String]] =
      switch table {
      case .nearDuplicates: nearDuplicates.map { row(of: $0, decisions) }
      case .offTopic:
        offTopic.map { entry in
          let photograph = photographs[entry.photograph]
          return ["\(entry.rank)", "\(entry.score)"] + photograph.fields
            + [likely(entry.score, thresholds.offTopic), decisions[[photograph.id]]]
        }
      case .labelErrors:
        labelErrors.map { entry in
          let (photograph, other) = (photographs[entry.photograph], photographs[entry.other])
          return ["\(entry.rank)", "\(entry.score)"] + photograph.fields
            + [other.label ?? "", other.id, entry.same.map { photographs[$0].id } ?? ""]
            + [likely(entry.score, thresholds.labelErrors), decisions[[photograph.id]]]
        }
      }
    return [table.columns] + rows
  }

  private func row(of pair: Pair, _ decisions: AuditDecisions) -> [String] {
    let (first, second) = (photographs[pair.first], photographs[pair.second])
    var row = ["\(pair.rank)", "\(pair.score)"]
    for (one, other) in zip(first.fields, second.fields) { row += [one, other] }
    row += [pair.relation.words, likely(pair.score, thresholds.nearDuplicates)]
    row.append(decisions[[first.id, second.id]])
    return row
  }

  private func likely(_ score: Double, _ threshold: Double?) -> String {
    score < threshold ?? 0 ? "yes" : ""
  }
}

extension AuditFindings.Photograph {
  /// The name, patient, split and label.
  fileprivate var fields: [String] { [id, patient, split.rawValue, label ?? ""] }
}

extension AuditFindings.Relation {
  /// The relation in a table.
  var words: String {
    switch self {
    case .patient: "same patient"
    case .patients: "different patients"
    case .splits: "across splits"
    }
  }
}
