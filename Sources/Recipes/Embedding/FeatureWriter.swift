import Foundation

/// A format of files of features, by its extension.
enum FeatureFormat: String, CaseIterable {
  case npy, safetensors, csv

  /// Finds the format of a file.
  ///
  /// - Throws: `FileError` if it has another extension.
  init(of file: URL) throws(FileError) {
    guard let format = FeatureFormat(rawValue: file.pathExtension.lowercased()) else {
      let known = FeatureFormat.allCases.map { "." + $0.rawValue }.listed(upTo: 5)
      throw .unwritable(file: file.path, reason: "features are in files with one of the extensions \(known)")
    }
    self = format
  }

  /// The table of a file's photographs, beside it.
  static func images(of file: URL) -> URL {
    file.deletingPathExtension().appendingPathExtension("images.csv")
  }
}

/// A file of features that is written row by row and takes its place when it is complete.
final class FeatureWriter {
  /// The number of rows so far.
  private(set) var count = 0

  private let format: FeatureFormat
  private let dimensions: Int
  private let features: TemporaryFile
  private let images: TemporaryFile?

  /// Begins a file.
  ///
  /// - Throws: `FileError` if its extension is not known, or it cannot be written.
  init(_ file: URL, dimensions: Int) throws(FileError) {
    format = try FeatureFormat(of: file)
    self.dimensions = dimensions
    features = try TemporaryFile(for: file, bytes: 0)
    images = format == .csv ? nil : try TemporaryFile(for: FeatureFormat.images(of: file), bytes: 0)
    switch format {
    case .npy, .safetensors: try features.append(header)
    case .csv: try features.append(Data(CSV.text(of: [["image"] + (0..<dimensions).map { "f\($0)" }]).utf8))
    }
    try images?.append(Data(CSV.text(of: [["image"]]).utf8))
  }

  /// Appends the features of a photograph.
  ///
  /// - Throws: `FileError` if they cannot be written.
  func append(_ row: [Float], of image: String) throws(FileError) {
    contract(row.count == dimensions, "a row has \(row.count) features, not \(dimensions)")
    switch format {
    case .npy, .safetensors: try features.append(row.withUnsafeBytes { Data($0) })
    case .csv: try features.append(Data((CSV.field(image) + row.map { ",\($0)" }.joined() + "\n").utf8))
    }
    try images?.append(Data(CSV.text(of: [[image]]).utf8))
    count += 1
  }

  /// Completes the file.
  ///
  /// - Throws: `FileError` if it cannot be written.
  func finish() throws(FileError) {
    if format != .csv { try features.replaceStart(by: header) }
    try images?.takePlace()
    try features.takePlace()
  }

  // The bytes before the values, as many for any number of rows.
  private var header: Data {
    switch format {
    case .npy:
      // Version 1.0: the length of a Python dictionary, padded to whole lines of 64 bytes with a newline at
      // the end.
      let shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(count), \(dimensions)), }"
      let text = shape.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
      return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8))
    case .safetensors:
      let bytes = 4 * count * dimensions
      let shape =
        "{\"features\":{\"dtype\":\"F32\",\"shape\":[\(count),\(dimensions)],\"data_offsets\":[0,\(bytes)]}}"
      let text = shape.padding(toLength: 248, withPad: " ", startingAt: 0)
      return Data([248, 0, 0, 0, 0, 0, 0, 0] + Array(text.utf8))
    case .csv: return Data()
    }
  }
}

extension TemporaryFile {
  fileprivate func append(_ data: Data) throws(FileError) {
    let result = data.withUnsafeBytes { bytes in Result { () throws(FileError) in try write(bytes) } }
    try result.get()
  }

  fileprivate func replaceStart(by data: Data) throws(FileError) {
    let result = data.withUnsafeBytes { bytes in Result { () throws(FileError) in try overwrite(bytes) } }
    try result.get()
  }
}
