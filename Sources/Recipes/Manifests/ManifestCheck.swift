import Foundation

/// The validation of a manifest: makes photographs of the valid rows and lists the problems of the others.
struct ManifestCheck {
  let rows: ManifestRows
  private(set) var classes: [String]
  private(set) var photographs: [Photograph] = []
  private(set) var splits: [Split] = []
  /// Byte-for-byte copies of earlier photographs, by id.
  private(set) var copies: [PhotographCopy] = []
  private(set) var problems: [ManifestProblem]
  private(set) var skipped: Int
  private(set) var notes: [String]
  private(set) var hasSplits = false
  /// Photographs with contradictory rows.
  private(set) var contradictions: [PhotographContradiction] = []
  private let classesAreGiven: Bool

  /// A valid row.
  private struct Kept {
    let entry: ManifestRows.Entry
    let file: String
    let size: Int
    let patient: String
    let label: String?
    let split: Split?
  }

  init(_ rows: ManifestRows, classes given: [String]?) {
    self.rows = rows
    problems = rows.problems
    skipped = rows.skipped
    notes = rows.notes
    classesAreGiven = given != nil
    classes = given ?? []
  }

  mutating func checkAll() throws {
    let known = Set(classes)
    var reader = FieldReader(classes: known)
    var kept: [Kept] = []
    var placeOfFile: [FileStatus.Identity: Int] = [:]
    var labels: [String: Int] = [:]
    for entry in rows.entries {
      let patient = reader.patient(entry.patient)
      let label = reader.label(entry.label)
      let split = reader.split(entry.split)
      if let label { labels[label, default: 0] += 1 }
      let status = entry.path.flatMap(FileStatus.init)
      var faults = faults(of: entry, status, patient, label, known)
      if case .unknown(let name) = split { faults.append(("split", .unknownSplit(name))) }
      guard faults.isEmpty, let file = entry.path, let status else {
        problems += faults.map { ManifestProblem(row: entry.row, column: $0.column, $0.fault) }
        skipped += 1
        continue
      }
      let row = Kept(
        entry: entry, file: file, size: status.size, patient: patient, label: label, split: split.split)
      if let identity = status.identity {
        if let first = placeOfFile[identity] {
          refuse(row, twinOf: kept[first])
          continue
        }
        placeOfFile[identity] = kept.count
      }
      kept.append(row)
    }
    notes += reader.notes + findingNotes
    if !classesAreGiven {
      classes = Set(kept.lazy.compactMap(\.label)).sorted()
      compareClasses(in: kept)
      noteLostClasses(labels)
    }
    let numberOfClass = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    photographs = kept.map { row in
      Photograph(
        id: row.entry.image, patient: row.patient, label: row.label.flatMap { numberOfClass[$0] },
        attributes: row.entry.attributes, file: URL(filePath: row.file, directoryHint: .notDirectory))
    }
    place(kept.map(\.split))
    comparePatients(in: kept)
    try findCopies(in: kept)
    problems = problems.enumerated().sorted {
      ($0.element.row ?? 0, $0.offset) < ($1.element.row ?? 0, $1.offset)
    }.map(\.element)
  }

  private func faults(
    of entry: ManifestRows.Entry, _ status: FileStatus?, _ patient: String, _ label: String?,
    _ known: Set<String>
  ) -> [(column: String?, fault: ManifestProblem.Fault)] {
    var faults: [(column: String?, fault: ManifestProblem.Fault)] = []
    if MissingWord.isMissing(entry.image) || entry.image.isEmpty {
      faults.append((entry.column, .noImage))
    } else if case .several(let candidates) = entry.file {
      faults.append((entry.column, .severalFiles(entry.image, candidates: candidates)))
    } else if entry.path == nil {
      faults.append((entry.column, .missingFile(entry.image)))
    } else if let status {
      if !status.isFile { faults.append((entry.column, .notAFile(entry.image))) }
    } else {
      faults.append((entry.column, .brokenLink(entry.image)))
    }
    if patient.isEmpty {
      faults.append((rows.patientColumn, .noPatient))
    } else if FieldReader.isShortenedNumber(patient) {
      faults.append((rows.patientColumn, .shortenedNumber(patient)))
    }
    if classesAreGiven, let label, !known.contains(label) {
      faults.append((rows.labelColumn, .unknownLabel(label, classes: classes)))
    }
    return faults
  }

  /// Skips a row with the same file as an earlier one.
  private mutating func refuse(_ row: Kept, twinOf first: Kept) {
    let fault: ManifestProblem.Fault =
      if let line = first.entry.row {
        .duplicateImage(row.entry.image, first: line)
      } else {
        .duplicateFile(row.entry.image, first: first.entry.image)
      }
    compare(row, first, splits: (row.split, first.split))
    problems.append(ManifestProblem(row: row.entry.row, column: row.entry.column, fault))
    skipped += 1
  }

  /// Checks whether the same photograph has two labels or two splits.
  private mutating func compare(_ row: Kept, _ first: Kept, splits: (Split?, Split?)) {
    func add(_ word: String, _ own: String, _ other: String) {
      contradictions.append(
        PhotographContradiction(
          first: .init(photograph: first.entry.image, row: first.entry.row, value: other),
          second: .init(photograph: row.entry.image, row: row.entry.row, value: word + own)))
    }
    if let label = row.label, let other = first.label, label.classKey != other.classKey {
      add("labelled ", label, other)
    } else if let split = splits.0, let other = splits.1, split != other {
      add("in ", split.rawValue, other.rawValue)
    }
  }

  /// Assigns photographs without a split to their patient's.
  private mutating func place(_ given: [Split?]) {
    var splitOfPatient: [String: Split] = [:]
    for (photograph, split) in zip(photographs, given) {
      if let split { splitOfPatient[photograph.patient] = split }
    }
    hasSplits = !splitOfPatient.isEmpty
    var followed = 0
    var remaining = 0
    splits = zip(photographs, given).map { photograph, split in
      if let split { return split }
      let known = splitOfPatient[photograph.patient]
      if known != nil { followed += 1 } else { remaining += 1 }
      return known ?? .train
    }
    if hasSplits, followed + remaining > 0 {
      notes.append(
        "\(followed + remaining) photographs have no split: \(followed) are put where their patient's others are, "
          + "\(remaining) into train.")
    }
  }

  /// Finds files with identical bytes: patients who share one stay in one split.
  private mutating func findCopies(in kept: [Kept]) throws {
    let groups = try EqualFiles.groups(of: kept.map { (path: $0.file, size: $0.size) })
    for group in groups {
      for place in group.dropFirst() {
        let (row, first) = (kept[place], kept[group[0]])
        copies.append(PhotographCopy(photograph: row.entry.image, original: first.entry.image))
        compare(row, first, splits: hasSplits ? (splits[place], splits[group[0]]) : (nil, nil))
      }
    }
    if copies.isEmpty { return }
    let names = copies.map { "\($0.photograph.shortened(to: 80)) of \($0.original.shortened(to: 80))" }
    notes.append(
      "\(copies.count) photograph\(copies.count == 1 ? " is an exact copy" : "s are exact copies") of others under "
        + "another name: \(names.listed(upTo: 3)).")
  }

  /// Notes about how photographs with incomplete paths were found.
  private var findingNotes: [String] {
    let found = rows.entries.filter { if case .elsewhere = $0.file { true } else { false } }
    guard let first = found.first, let path = first.path else { return [] }
    return [
      "\(found.count) photograph\(found.count == 1 ? " was" : "s were") found by name, without a folder or an ending, "
        + "such as \(first.image.shortened(to: 80)) in \(path.shortened(to: 160))."
    ]
  }

  /// Finds the first row of each class whose name differs from an earlier one only in spelling.
  private mutating func compareClasses(in kept: [Kept]) {
    let spellings = Spellings(
      kept.lazy.compactMap { row in row.label.map { ($0, row.entry.row) } }, key: \.classKey)
    problems += spellings.others.map { label, row, other in
      ManifestProblem(row: row, column: rows.labelColumn, .spelling(label, other: other))
    }
    func note(_ found: [String], _ advice: String) {
      if found.isEmpty { return }
      let names = found.map { $0.shortened(to: 60) }.listed(upTo: 5)
      notes.append(
        "\(names) \(found.count == 1 ? "is a class of its own" : "are classes of their own"); \(advice).")
    }
    note(classes.filter(MissingWord.isVague), "leave labels empty where nobody knows")
    let known = Set(classes)
    let joint = classes.filter { name in
      let parts = name.split { "|;,+&/".contains($0) }.map { String($0).tidied }
      return parts.count > 1 && parts.allSatisfy(known.contains)
    }
    note(joint, "a photograph has one label, so write the one that is meant")
  }

  private mutating func comparePatients(in kept: [Kept]) {
    let spellings = Spellings(kept.lazy.map { ($0.patient, $0.entry.row) }, key: \.spellingKey)
    // Each photograph of a folder is its own patient, and file names need no check.
    if rows.format == .folders { return }
    problems += spellings.others.map { patient, row, other in
      ManifestProblem(row: row, column: rows.patientColumn, .patientSpelling(patient, other: other))
    }
  }

  private mutating func noteLostClasses(_ labels: [String: Int]) {
    let lost = labels.keys.filter { !classes.contains($0) }.sorted()
    if lost.isEmpty { return }
    let told = lost.map { "\($0.shortened(to: 60)) (\(labels[$0] ?? 0))" }.listed(upTo: 10)
    notes.append("No photograph can be used of: \(told).")
  }
}

extension ManifestRows.Entry {
  /// The path of its file, if found.
  var path: String? {
    switch file {
    case .file(let path), .elsewhere(let path): path
    case .several, .nothing: nil
    }
  }
}
