import Foundation

/// Features with labels and pictures for the embedding projector of TensorBoard.
///
///     try TensorBoardProjector(features, columns: [("class", labels)], pictures: images)
///       .write(to: folder.appending(path: "tensorboard/simclr"))
public struct TensorBoardProjector {
  /// The largest side of all pictures together, in pixels.
  private static let largestSheet = 8192

  private let features: Features
  private let columns: [(name: String, values: [String])]
  private let pictures: [Image]

  /// Creates the embedding of samples.
  ///
  /// - Parameters:
  ///   - features: The features, one row per sample.
  ///   - columns: The labels to color by, each with a value per sample.
  ///   - pictures: The picture of each sample, or none.
  /// - Throws: ``EvaluationError`` unless there is a value, and a picture if any, for every sample.
  public init(
    _ features: Features, columns: [(name: String, values: [String])], pictures: [Image] = []
  ) throws(EvaluationError) {
    let counts = columns.map { ("values of \($0.name)", $0.values.count) }
    let pictured = pictures.isEmpty ? [] : [("pictures", pictures.count)]
    for (what, found) in counts + pictured where found != features.count {
      throw .wrongCount(what: what, expected: features.count, found: found)
    }
    self.features = features
    self.columns = columns
    self.pictures = pictures
  }

  /// Writes `projector_config.pbtxt`, `features.tsv`, `metadata.tsv` and `sprite.png` to a folder.
  ///
  /// - Parameters:
  ///   - folder: The folder to write to.
  ///   - side: The side of a picture in pixels; less where all of them would be larger than TensorBoard
  ///     shows.
  /// - Throws: `FileError`, or `UnsupportedChannels` for pictures that are neither gray nor in color.
  public func write(to folder: URL, side: Int = 32) throws {
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
      throw FileError.unwritable(file: folder.path, reason: FileError.reason(of: error))
    }
    let width = features.dimensions
    let rows = (0..<features.count).map { sample in
      features.values[(sample * width)..<((sample + 1) * width)].map { "\($0)" }.joined(separator: "\t")
    }
    try AtomicFile.write(rows.joined(separator: "\n") + "\n", to: folder.appending(path: "features.tsv"))
    var config = ["embeddings {", "  tensor_name: \"features\"", "  tensor_path: \"features.tsv\""]
    if !columns.isEmpty {
      config.append("  metadata_path: \"metadata.tsv\"")
      try AtomicFile.write(metadata, to: folder.appending(path: "metadata.tsv"))
    }
    if !pictures.isEmpty {
      let across = Int(Double(pictures.count).squareRoot().rounded(.up))
      let side = max(1, min(side, TensorBoardProjector.largestSheet / across))
      try AtomicFile.write(sprite(across, side).png(), to: folder.appending(path: "sprite.png"))
      config += [
        "  sprite {", "    image_path: \"sprite.png\"", "    single_image_dim: \(side)",
        "    single_image_dim: \(side)", "  }",
      ]
    }
    try AtomicFile.write(
      (config + ["}"]).joined(separator: "\n") + "\n", to: folder.appending(path: "projector_config.pbtxt"))
  }

  // A single column has no header.
  private var metadata: String {
    let header = columns.count > 1 ? [columns.map(\.name)] : []
    let rows = header + (0..<features.count).map { sample in columns.map { $0.values[sample] } }
    return rows.map { $0.map(TensorBoardProjector.cell).joined(separator: "\t") + "\n" }.joined()
  }

  private static func cell(_ text: String) -> String {
    let plain = text.printable.replacing("\t", with: " ")
    return plain.isEmpty ? "-" : plain
  }

  /// The pictures in rows from the upper left, all of the same side.
  private func sprite(_ across: Int, _ side: Int) throws(UnsupportedChannels) -> Image {
    let small = pictures.map { $0.resized(height: side, width: side) }
    let rows = stride(from: 0, to: small.count, by: across).map {
      Array(small[$0..<min($0 + across, small.count)])
    }
    let blank = Image(width: side, height: side, filledWith: 1)
    let full = rows + [[Image]](repeating: [blank], count: max(0, across - rows.count))
    return try ContactSheet(full, gutter: 0).image()
  }
}
