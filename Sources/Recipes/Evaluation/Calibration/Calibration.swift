import Foundation

/// What validation says about a classifier's probabilities: the temperature that calibrates them and the
/// threshold of prediction sets, stored with the run as `NAME.calibration.json`.
///
/// Prediction sets are of the probabilities without the temperature, as their guarantee needs scores that do
/// not depend on the calibration patients.
public struct Calibration: Codable, Sendable, Equatable {
  /// The scaling of probabilities.
  public let scaling: TemperatureScaling
  /// The prediction sets.
  public let sets: ConformalPredictor
  /// The numbers of validation photographs and patients.
  public let photographs: Int
  public let patients: Int

  /// Calibrates a classifier on validation predictions; nil if the scores are not probabilities.
  ///
  /// - Parameters:
  ///   - validation: The predictions on validation photographs.
  ///   - coverage: The share of photographs whose prediction set is to contain their class, between 0 and 1.
  public init?(on validation: Predictions, coverage: Double = 0.9) {
    guard let scaling = TemperatureScaling(fitting: validation),
      let sets = ConformalPredictor(calibrating: validation, coverage: coverage)
    else { return nil }
    self.scaling = scaling
    self.sets = sets
    photographs = validation.count
    patients = sets.patients
  }

  /// Writes the calibration atomically as JSON.
  ///
  /// - Parameter file: The file to write.
  /// - Throws: ``FileError`` if the file cannot be written.
  public func write(to file: URL) throws(FileError) { try AtomicFile.write(json: self, to: file) }

  /// Reads a file written by ``write(to:)``.
  ///
  /// - Parameter file: The file to read.
  /// - Throws: ``FileError`` if the file cannot be read or does not contain a calibration.
  public init(contentsOf file: URL) throws(FileError) {
    self = try JSONFile.read(Calibration.self, from: file)
    guard scaling.temperature > 0, sets.coverage > 0, sets.coverage < 1 else {
      throw FileError.unreadable(file: file.path, reason: "its temperature or coverage is not possible")
    }
  }
}
