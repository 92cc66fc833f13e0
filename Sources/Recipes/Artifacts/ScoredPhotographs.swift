import Foundation

/// A classifier's scores on named photographs of some splits, as `predictions.csv` has them.
public struct ScoredPhotographs: Sendable, Equatable {
  /// The names of the classes.
  public let classes: [String]
  /// The names of the photographs.
  public let photographs: [String]
  /// The split of each photograph.
  public let splits: [Split]
  /// The scores, labels and patients, in the order of `photographs`.
  public let predictions: Predictions

  /// Creates the scores of photographs.
  ///
  /// - Parameters:
  ///   - predictions: The scores, labels and patients, in the order of `photographs`.
  ///   - photographs: The names of the photographs.
  ///   - splits: The split of each photograph.
  ///   - classes: The names of the classes.
  /// - Throws: ``EvaluationError`` unless there is a name and a split for every sample.
  public init(
    _ predictions: Predictions, of photographs: [String], splits: [Split], classes: [String]
  ) throws(EvaluationError) {
    let count = predictions.count
    for (what, found) in [("names of photographs", photographs.count), ("splits", splits.count)]
    where found != count { throw .wrongCount(what: what, expected: count, found: found) }
    guard classes.count == predictions.classes else {
      throw .wrongCount(what: "names of classes", expected: predictions.classes, found: classes.count)
    }
    (self.predictions, self.photographs, self.splits, self.classes) = (
      predictions, photographs, splits, classes
    )
  }

  /// Joins the scores of one classifier on different photographs.
  ///
  /// - Parameter parts: The scores of different photographs.
  /// - Throws: ``EvaluationError`` if they have different classes, or there are none.
  public init(joining parts: [ScoredPhotographs]) throws(EvaluationError) {
    let classes = parts.first?.classes ?? []
    for part in parts where part.classes != classes {
      throw .wrongCount(what: "names of classes", expected: classes.count, found: part.classes.count)
    }
    guard !classes.isEmpty else { throw .noSamples(what: "labelled samples") }
    try self.init(
      Predictions(
        scores: parts.flatMap(\.predictions.scores), classes: classes.count,
        labels: parts.flatMap(\.predictions.labels), patients: parts.flatMap(\.predictions.patients)),
      of: parts.flatMap(\.photographs), splits: parts.flatMap(\.splits), classes: classes)
  }

  /// Returns those of one split; nil if there are none.
  ///
  /// - Parameter split: The split.
  public func part(of split: Split) -> ScoredPhotographs? {
    part(splits.indices.filter { splits[$0] == split })
  }

  /// Returns the samples with the given indices; nil if there are none.
  ///
  /// - Parameter samples: The indices of the samples to keep, in the new order.
  public func part(_ samples: [Int]) -> ScoredPhotographs? {
    let width = predictions.classes
    let own = try? Predictions(
      scores: samples.flatMap { predictions.scores[($0 * width)..<(($0 + 1) * width)] }, classes: width,
      labels: samples.map { predictions.labels[$0] }, patients: samples.map { predictions.patients[$0] })
    guard let own else { return nil }
    return try? ScoredPhotographs(
      own, of: samples.map { photographs[$0] }, splits: samples.map { splits[$0] }, classes: classes)
  }
}

extension ScoredPhotographs {
  private static let columns = ["photograph", "patient", "split", "label"]

  /// The scores as comma-separated values: a row for each photograph with its patient, split and label, then
  /// a column for each class with its probability. Probabilities have as many digits as identify them.
  public var table: String {
    var rows = [ScoredPhotographs.columns + classes]
    for sample in photographs.indices {
      let scores = predictions.scores[(sample * classes.count)..<((sample + 1) * classes.count)]
      rows.append(
        [
          photographs[sample], predictions.patients[sample], splits[sample].rawValue,
          classes[predictions.labels[sample]],
        ] + scores.map { "\($0)" })
    }
    return CSV.text(of: rows)
  }

  /// Reads a table that ``table`` wrote, also if rows were taken out of it.
  ///
  /// - Parameter file: The file to read.
  /// - Throws: `FileError` or `CSVError` if it cannot be read or is another table.
  public init(contentsOf file: URL) throws {
    let table = try CSV(file: file)
    let header = table.header.map { CSV.read(field: $0) }
    guard Array(header.prefix(4)) == ScoredPhotographs.columns, header.count > 4 else {
      throw FileError.unreadable(file: file.path, reason: "it has not the columns of a table of predictions")
    }
    let classes = Array(header[4...])
    let indices = Dictionary(classes.enumerated().map { ($1, $0) }) { first, _ in first }
    var (scores, labels, patients): ([Float], [Int], [String]) = ([], [], [])
    var (photographs, splits): ([String], [Split]) = ([], [])
    let wrong = table.firstRefusal { _, fields in
      let numbers = fields[4...].compactMap { Float($0) }
      guard let split = Split(rawValue: fields[2]), let label = indices[fields[3]],
        numbers.count == classes.count
      else { return false }
      photographs.append(fields[0])
      patients.append(fields[1])
      splits.append(split)
      labels.append(label)
      scores += numbers
      return true
    }
    if let wrong {
      throw FileError.unreadable(file: file.path, reason: "line \(wrong) is not a row of predictions")
    }
    do {
      try self.init(
        Predictions(scores: scores, classes: classes.count, labels: labels, patients: patients),
        of: photographs, splits: splits, classes: classes)
    } catch { throw FileError.unreadable(file: file.path, reason: "\(error)") }
  }
}
