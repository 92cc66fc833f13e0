import Foundation

/// An audit as a section of a report: the closest pairs side by side, and sheets of the photographs that do
/// not belong and of likely wrong labels.
struct AuditSection {
  private let findings: AuditFindings
  private let gallery: AuditGallery
  private let selection: AuditSelection

  /// Creates the section of the findings, without pictures if there are none in the gallery.
  init(_ findings: AuditFindings, _ gallery: AuditGallery) {
    (self.findings, self.gallery) = (findings, gallery)
    selection = AuditSelection(of: findings)
  }

  /// Reads the files of an audit.
  ///
  /// - Parameter withoutPhotographs: Whether photographs are left out.
  /// - Throws: `FileError` if there are no findings that can be read.
  init(_ files: AuditFiles, withoutPhotographs: Bool = false) throws(FileError) {
    self.init(
      try AuditFindings(contentsOf: files.findings),
      withoutPhotographs ? AuditGallery(pictures: [:]) : AuditGallery(contentsOf: files.gallery))
  }

  /// The section.
  var section: ReportSection {
    ReportSection(
      "audit", "What is in the data",
      [
        .tag(
          "p", [:],
          "\(findings.photographs.count) photographs were compared by the features of an encoder that was "
            + "trained without labels (SelfClean, Gröger et al. 2024). Each ranking begins with the most "
            + "suspicious; only a look at the photographs tells whether something is wrong. The tables of the "
            + "audit list more, with a column for decisions.")
      ] + nearDuplicates + offTopic + labelErrors)
  }

  private var nearDuplicates: [Markup] {
    let likely = findings.likelyNearDuplicates
    var content: [Markup] = [
      .tag("h3", [:], "Near-duplicates"),
      .tag(
        "p", [:],
        summary(likely.count, "pairs are", findings.thresholds.nearDuplicates)
          + " Across splits they are leaks: a score then counts photographs that the network has seen."),
    ]
    for (relation, pairs) in selection.pairs where !pairs.isEmpty {
      let count = likely.count { $0.relation == relation }
      content.append(
        .tag("h4", [:], "\(relation.heading): \(count) likely"))
      content.append(
        grid(
          pairs.map { pair in
            let (first, second) = (findings.photographs[pair.first], findings.photographs[pair.second])
            return figure(
              [pair.first, pair.second],
              "\(pair.rank). \(first.id) and \(second.id); distance \(AuditError.text(pair.score))"
                + (relation == .patient ? "" : "; patients \(first.patient) and \(second.patient)")
                + (relation == .splits ? "; \(first.split.rawValue) and \(second.split.rawValue)" : "")
                + (first.label == second.label
                  ? "" : "; labels \(AuditSection.name(first)) and \(AuditSection.name(second))"))
          }))
    }
    return content
  }

  private var offTopic: [Markup] {
    [
      .tag("h3", [:], "Photographs that may not belong"),
      .tag(
        "p", [:], summary(findings.likelyOffTopic.count, "photographs are", findings.thresholds.offTopic)),
      grid(
        selection.offTopic.map { entry in
          let photograph = findings.photographs[entry.photograph]
          return figure(
            [entry.photograph], "\(entry.rank). \(photograph.id); \(AuditSection.name(photograph))")
        }),
    ]
  }

  private var labelErrors: [Markup] {
    guard !findings.labelErrors.isEmpty else { return [] }
    return [
      .tag("h3", [:], "Labels that may be wrong"),
      .tag(
        "p", [:],
        summary(findings.likelyLabelErrors.count, "labels are", findings.thresholds.labelErrors)
          + " Beside each photograph is the nearest one with another label."),
      grid(
        selection.labelErrors.map { entry in
          let (photograph, other) = (
            findings.photographs[entry.photograph], findings.photographs[entry.other]
          )
          return figure(
            [entry.photograph, entry.other],
            "\(entry.rank). \(photograph.id) is labelled \(AuditSection.name(photograph)), but like "
              + "\(other.id): \(AuditSection.name(other))")
        }),
    ]
  }

  private func summary(_ count: Int, _ what: String, _ threshold: Double?) -> String {
    guard let threshold else { return "There are too few scores for an automatic threshold." }
    let found = count == 1 ? what.replacing("s are", with: " is") : what
    return "\(count) \(found) below the automatic threshold of \(AuditError.text(threshold))."
  }

  private static func name(_ photograph: AuditFindings.Photograph) -> String {
    photograph.label ?? "no label"
  }

  private func grid(_ figures: [Markup]) -> Markup {
    .tag("div", ["style": "display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start"], figures)
  }

  private func figure(_ photographs: [Int], _ caption: String) -> Markup {
    let pictures = photographs.compactMap { photograph in
      gallery.pictures[photograph].map { $0.img(alt: findings.photographs[photograph].id) }
    }
    return .tag(
      "figure", ["style": "margin:0;max-width:15rem;overflow-wrap:anywhere"],
      pictures + [.tag("figcaption", [:], caption)])
  }
}

extension AuditFindings.Relation {
  /// The relation as a heading.
  fileprivate var heading: String { words.prefix(1).uppercased() + words.dropFirst() }
}
