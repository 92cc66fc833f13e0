/// An error in a dataset, with what to do about it.
public enum DataError: Error, Codable, Equatable, CustomStringConvertible {
  /// The dataset has no photographs.
  case noPhotographs
  /// Two photographs have the same id.
  case duplicateID(String)
  /// A photograph has no patient.
  case missingPatient(photograph: String)
  /// A label is not a class index.
  case labelOutOfRange(photograph: String, label: Int, classes: Int)
  /// A photograph required to have a label has none.
  case missingLabel(photograph: String)
  /// No photograph has anything in a column that is to be learned from.
  case missingColumn(String, columns: [String])
  /// A photograph, and the given number of others, have values in a column that cannot be learned from.
  case unfitNumber(photograph: String, column: String, value: String, mustBe: String, others: Int)
  /// No photograph has a number in the columns that are to be learned from.
  case noNumbers(columns: [String], in: String)
  /// Patients have photographs in more than one split.
  case leakingPatients([LeakingPatient])
  /// Photographs in different splits are identical.
  case sharedPhotographs([SharedPhotograph])
  /// The fractions for validation and test leave nothing to train on, or are not fractions.
  case invalidFractions(validation: Double, test: Double)
  /// The share of labelled patients is invalid.
  case invalidShare(Double)
  /// A split file's patients are not those of the dataset.
  case otherPatients(in: String, unknown: [String], missing: [String])
  /// There are too few labelled patients for a requested split.
  case emptySplit(Split, labelledPatients: Int)
  /// There are fewer samples than in one batch.
  case batchTooLarge(batch: Int, available: Int, of: String)
  /// A photograph cannot be read.
  case unreadable(photograph: String, reason: String)
  /// Neither a photograph nor any of its substitutes can be read.
  case nothingReadable(photograph: String, others: Int, reason: String)
  /// Photographs in a format cannot be read, as the machine has no decoder for it.
  case missingDecoder(photograph: String, reason: String)
  /// A photograph has no pixels.
  case emptyImage(photograph: String)
  /// A photograph has another number of channels than its dataset.
  case wrongChannels(photograph: String, expected: Int, found: Int)
  /// The photographs do not fit in memory, given the bytes to leave free.
  case tooLarge(photographs: Int, bytes: Int, reserve: Int, available: Int)

  /// A patient in several splits.
  public struct LeakingPatient: Codable, Equatable, Sendable {
    /// The patient's name in the dataset.
    public let patient: String
    /// The names that differ from it only in spelling.
    public let otherSpellings: [String]
    /// The splits, two or three.
    public let splits: [Split]
  }

  /// Two photographs with the same bytes in different splits.
  public struct SharedPhotograph: Codable, Equatable, Sendable {
    /// The photographs' names in the dataset.
    public let photographs: [String]
    /// The patients, according to the dataset.
    public let patients: [String]
    /// The split of each.
    public let splits: [Split]
  }

  /// A sentence: what is wrong, where, and what to do.
  public var description: String { sentence.printable }

  private var sentence: String {
    switch self {
    case .noPhotographs:
      return "the dataset has no photographs; check the folder or manifest it was made from"
    case .duplicateID(let id):
      return "two photographs have the id \(id); give every photograph an id of its own"
    case .missingPatient(let photograph):
      return "photograph \(photograph) names no patient; give each patient a name,"
        + " or use the photograph's own id if nothing is known about who it shows"
    case .labelOutOfRange(let photograph, let label, 0):
      return "photograph \(photograph) has the label \(label), but the dataset names no classes;"
        + " say `classes:` where the dataset is made"
    case .labelOutOfRange(let photograph, let label, let classes):
      return "photograph \(photograph) has the label \(label), but the classes are numbered from 0 to"
        + " \(classes - 1); correct the label or add its class"
    case .missingLabel(let photograph):
      return
        "photograph \(photograph) has no label to be trained by; give it one, or leave it out of the selection"
    case .missingColumn(let column, let columns):
      return missingColumnDescription(column, columns)
    case .unfitNumber(let photograph, let column, let value, let requirement, let others):
      let more = others > 0 ? ", as \(others) other\(others == 1 ? " has" : "s have") something like it" : ""
      return
        "photograph \(photograph) has \"\(value.shortened(to: 60))\" in the column \"\(column)\", which must be"
        + " \(requirement)\(more); correct the column, or train by another"
    case .noNumbers(let columns, let selection):
      return "no photograph in \(selection) has a number in \(columns.quoted) to learn from;"
        + " write some into the manifest, or train by other columns"
    case .leakingPatients(let patients):
      return leakDescription(patients)
    case .sharedPhotographs(let shared):
      let listed = shared.map { pair in
        "\(pair.photographs.joined(separator: " and ")) (patients \(pair.patients.joined(separator: " and ")), in "
          + "\(pair.splits.map(\.rawValue).joined(separator: " and ")))"
      }
      return
        "\(shared.count) photograph\(shared.count == 1 ? " is" : "s are") in more than one split under another"
        + " name: \(listed.listed(upTo: 5)); put both into one split or delete one,"
        + " or the scores count photographs the network has seen"
    case .invalidFractions(let validation, let test):
      return "a split of \(validation) for validation and \(test) for test leaves no patients to train on"
        + " or is negative; use shares of at least 0 with a sum below 1"
    case .invalidShare(let share):
      return "a share of \(share) of the labelled patients selects none or more than all;"
        + " use one above 0 and up to 1"
    case .otherPatients(let file, let unknown, let missing):
      let parts = [("patients that the dataset has not", unknown), ("not patients that it has", missing)]
      let told = parts.filter { !$0.1.isEmpty }.map { part in
        "\(part.0): \(part.1.listed(upTo: 5))"
      }
      return "\(file) names \(told.joined(separator: "; and "));"
        + " use the splits that were saved for this dataset, or split it anew"
    case .emptySplit(let split, let labelledPatients):
      return "the \(split) split would have no labelled patient: the dataset has \(labelledPatients);"
        + " label photographs of more patients or ask for a larger share"
    case .batchTooLarge(_, 0, let samples):
      return "there are no \(samples); check the labels and splits of the dataset"
    case .batchTooLarge(let batch, let available, let samples):
      return "a batch of \(batch) needs as many \(samples), but there are \(available);"
        + " use a batch of at most \(available)"
    case .unreadable(let photograph, let reason):
      return "photograph \(photograph) cannot be read: \(reason)"
    case .nothingReadable(let photograph, let others, let reason):
      return "neither photograph \(photograph) nor \(others) others that were tried in its place can be read;"
        + " check the folder and the formats of the files. The first: \(reason)"
    case .missingDecoder(let photograph, let reason):
      return "photograph \(photograph) and all others of its kind cannot be read: \(reason)"
    case .emptyImage(let photograph):
      return "photograph \(photograph) has no pixels; remove it or replace its file"
    case .wrongChannels(let photograph, let expected, let found):
      return "photograph \(photograph) has \(found) channels, but its dataset has \(expected);"
        + " convert it, or say `channels: \(found)` where the dataset is made"
    case .tooLarge(let photographs, let bytes, let reserve, let available):
      let rest = reserve > 0 ? " and training another \(SystemMemory.text(reserve))" : ""
      return "\(photographs) photographs would take \(SystemMemory.text(bytes)) of memory\(rest),"
        + " but \(SystemMemory.text(available)) are available; use fewer or smaller photographs, or a dataset that"
        + " reads each when it is needed"
    }
  }

  /// The same error with the number of other photographs.
  func with(others: Int) -> DataError {
    guard case .unfitNumber(let photograph, let column, let value, let requirement, _) = self else {
      return self
    }
    return .unfitNumber(
      photograph: photograph, column: column, value: value, mustBe: requirement, others: others)
  }

  private func missingColumnDescription(_ column: String, _ columns: [String]) -> String {
    if columns.isEmpty {
      return "no photograph has a column \"\(column)\", or any other, to learn from;"
        + " write it into the manifest, or say `attributes:` where photographs are made"
    }
    let closest = columns.closest(to: column.lowercased())
    let hint = closest.map { "if \"\($0)\" is meant, name that" }
    return "no photograph has anything in a column \"\(column)\", but there are \(columns.quoted);"
      + " \(hint ?? "name one of these, or add it to the manifest")"
  }

  private func leakDescription(_ patients: [LeakingPatient]) -> String {
    let remedy =
      "put all photographs of a patient into one split, or the scores count patients the network has seen"
    func names(_ splits: [Split]) -> String { splits.map(\.rawValue).joined(separator: " and ") }
    func name(_ patient: LeakingPatient) -> String {
      ([patient.patient] + patient.otherSpellings).prefix(4).map { $0.shortened(to: 60) }.joined(
        separator: " or ")
    }
    if patients.count == 1, let only = patients.first {
      let both = only.splits.count == 2 ? "both " : ""
      return "patient \(name(only)) has photographs in \(both)\(names(only.splits)); \(remedy)"
    }
    let listed = patients.map { "\(name($0)) (\(names($0.splits)))" }.listed(upTo: 5)
    return "\(patients.count) patients have photographs in more than one split: \(listed); \(remedy)"
  }
}
