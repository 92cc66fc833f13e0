import Foundation

/// The scores of a classifier as a table for other programs: a row for each photograph with its patient,
/// split and label, then a column for each class with its probability, named after the class.
struct PredictionTable {
  private let predictions: Predictions
  private let photographs: CroppedPhotographs
  private let split: Split
  private let classes: [String]

  /// Creates the table of predictions on the photographs of a split.
  init(_ predictions: Predictions, on photographs: CroppedPhotographs, of split: Split, classes: [String]) {
    self.predictions = predictions
    self.photographs = photographs
    self.split = split
    self.classes = classes
  }

  /// The rows as comma-separated values. Probabilities have as many digits as identify them.
  var text: String {
    var rows = [["photograph", "patient", "split", "label"] + classes]
    for (sample, id) in photographs.ids.enumerated() {
      let scores = predictions.scores[(sample * classes.count)..<((sample + 1) * classes.count)]
      rows.append(
        [id, predictions.patients[sample], "\(split)", classes[predictions.labels[sample]]]
          + scores.map { "\($0)" })
    }
    return CSV.text(of: rows)
  }
}
