/// Gives steps the features of photographs, of which each has one view, the center crop.
final class FeatureLoader: BatchLoader {
  private let table: FeatureTable
  // The photograph whose features each selected one has: its own, or a substitute's.
  private let sources: [Int: Int]
  private var piece: [ViewKey] = []

  /// Computes the features of the selected photographs that are not known yet.
  ///
  /// - Parameter progress: Receives the number of photographs that are done, and of all to compute; what it
  ///   throws ends the computation.
  /// - Throws: `DataError` if a photograph and its substitutes cannot be read, or one of a strict dataset
  ///   cannot; what `progress` throws.
  init(
    _ selection: Selection, of dataset: Dataset, by table: FeatureTable,
    progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws {
    self.table = table
    let selected = dataset.indices(of: selection)
    let readable = try table.compute(selected, progress: progress)
    var sources = Dictionary(uniqueKeysWithValues: readable.map { ($0, $0) })
    for photograph in selected where sources[photograph] == nil {
      let source: Int = try dataset.valueOrSubstitute(at: photograph, for: selection) {
        candidate throws(DataError) in
        if table.has(candidate) { return candidate }
        return try dataset.imageIfReadable(at: candidate) == nil ? nil : candidate
      }
      sources[photograph] = source
    }
    try table.compute(Array(Set(sources.values)), progress: progress)
    self.sources = sources
  }

  func begin(_ batch: [ViewKey], epoch: Int) { piece = batch }

  func finish(into images: UnsafeMutableBufferPointer<Float>) throws {
    contract(images.count == piece.count * table.columns, "the features of a piece fill its rows")
    for (row, view) in piece.enumerated() {
      let features = sources[view.photograph].map { table.features(of: $0) } ?? []
      contract(features.count == table.columns, "photograph \(view.photograph) is none of those selected")
      _ = images[row * table.columns..<(row + 1) * table.columns].update(fromContentsOf: features)
    }
  }
}
