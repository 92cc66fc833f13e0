import Foundation

/// Makes photographs of the rows that hold together and lists what is wrong with the others.
struct ManifestCheck {
  let rows: ManifestRows
  private(set) var classes: [String]
  private(set) var photographs: [Photograph] = []
  private(set) var splits: [Split] = []
  private(set) var problems: [ManifestProblem]
  private(set) var skipped: Int
  private(set) var notes: [String]
  private(set) var hasSplits = false
  private let classesAreGiven: Bool

  init(_ rows: ManifestRows, classes given: [String]?) {
    self.rows = rows
    problems = rows.problems
    skipped = rows.skipped
    notes = rows.notes
    classesAreGiven = given != nil
    classes = given ?? []
  }

  mutating func checkAll() {
    var kept: [(entry: ManifestRows.Entry, file: String, split: Split?)] = []
    let known = Set(classes)
    var firstWithFile: [String: Int] = [:]
    for (place, entry) in rows.entries.enumerated() {
      let split = Split(named: entry.split)
      let faults = faults(of: entry, isKnownSplit: split != nil || entry.split.isEmpty, known)
      guard faults.isEmpty, let file = entry.file else {
        for (column, fault) in faults {
          problems.append(ManifestProblem(row: entry.row, column: column, fault))
        }
        skipped += 1
        continue
      }
      if let first = firstWithFile[file] {
        refuse(entry, twinOf: rows.entries[first])
        continue
      }
      firstWithFile[file] = place
      kept.append((entry, file, split))
    }
    if !classesAreGiven {
      classes = Set(kept.lazy.compactMap(\.entry.label)).sorted()
      compareSpellings(in: kept.lazy.map(\.entry))
    }
    let numberOfClass = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    photographs = kept.map { entry, file, _ in
      Photograph(
        id: entry.image, patient: entry.patient, label: entry.label.flatMap { numberOfClass[$0] },
        file: URL(filePath: file, directoryHint: .notDirectory))
    }
    place(kept.map(\.split))
    problems = problems.enumerated().sorted {
      ($0.element.row ?? 0, $0.offset) < ($1.element.row ?? 0, $1.offset)
    }.map(\.element)
  }

  private func faults(
    of entry: ManifestRows.Entry, isKnownSplit: Bool, _ known: Set<String>
  ) -> [(column: String?, fault: ManifestProblem.Fault)] {
    var faults: [(column: String?, fault: ManifestProblem.Fault)] = []
    if entry.image.isEmpty {
      faults.append((entry.column, .noImage))
    } else if entry.file == nil {
      faults.append((entry.column, .missingFile(entry.image)))
    }
    if entry.patient.isEmpty { faults.append((rows.patientColumn, .noPatient)) }
    if classesAreGiven, let label = entry.label, !known.contains(label) {
      faults.append((rows.labelColumn, .unknownLabel(label, classes: classes)))
    }
    if !isKnownSplit { faults.append(("split", .unknownSplit(entry.split))) }
    return faults
  }

  private mutating func refuse(_ entry: ManifestRows.Entry, twinOf first: ManifestRows.Entry) {
    var fault = ManifestProblem.Fault.duplicateImage(entry.image, first: first.row ?? 0)
    if let label = entry.label, let other = first.label, label != other {
      fault = .twoLabels(entry.image, label, other: other, first: first.row ?? 0)
    }
    problems.append(ManifestProblem(row: entry.row, column: entry.column, fault))
    skipped += 1
  }

  /// Puts photographs without a split where their patient is.
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

  /// Finds the first row of each class that differs from an earlier one in capitals alone.
  private mutating func compareSpellings(in entries: some Sequence<ManifestRows.Entry>) {
    let alike = Dictionary(grouping: classes) { $0.lowercased() }.filter { $0.value.count > 1 }
    if alike.isEmpty { return }
    var spellings: [String: [String]] = [:]
    for entry in entries {
      guard let label = entry.label, alike[label.lowercased()] != nil else { continue }
      let known = spellings[label.lowercased(), default: []]
      if known.contains(label) { continue }
      spellings[label.lowercased(), default: []].append(label)
      if let other = known.first {
        problems.append(
          ManifestProblem(row: entry.row, column: rows.labelColumn, .spelling(label, other: other)))
      }
    }
  }
}

extension Split {
  /// The split of that name, in capitals or not; `val` and `valid` are the validation split.
  init?(named name: String) {
    switch name.lowercased() {
    case "train": self = .train
    case "val", "valid", "validation": self = .validation
    case "test": self = .test
    default: return nil
    }
  }
}
