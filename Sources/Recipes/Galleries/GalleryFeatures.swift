import Ops

/// The features and predictions of a network for the photographs of a gallery, and small pictures of the
/// first ones.
struct GalleryFeatures {
  /// The indices of the photographs in the dataset.
  private(set) var indices: [Int] = []
  private(set) var values: [Float] = []
  /// The predicted class and its probability; empty if the network is no classifier.
  private(set) var predictions: [(label: Int, probability: Float)] = []
  private(set) var tiles: [Image] = []
  let dimensions: Int

  /// The most pictures on the sheet.
  static let mostTiles = 1600

  /// Computes the features of the readable photographs among the given ones.
  ///
  /// - Throws: `DataError` if one of a strict dataset cannot be read; `CancellationError` if interrupted.
  init(
    of candidates: [Int], on dataset: Dataset, size: Int, by network: ExplainedNetwork, withTiles: Bool,
    workers: Workers, interruption: Interruption
  ) throws {
    dimensions = network.dimensions
    for start in stride(from: 0, to: candidates.count, by: network.batch) {
      if interruption.isRequested { throw CancellationError() }
      let part = Array(candidates[start..<min(start + network.batch, candidates.count)])
      let (readable, images) = try dataset.scored(part, size: size, workers: workers)
      if images.isEmpty { continue }
      let results = network.results(for: images)
      indices += readable
      values += results.features
      let classes = results.probabilities.count / images.count
      if classes > 0 {
        for start in stride(from: 0, to: results.probabilities.count, by: classes) {
          let row = results.probabilities[start..<(start + classes)]
          let label = row.indices.max { row[$0] < row[$1] } ?? start
          predictions.append((label - start, row[label]))
        }
      }
      let room = withTiles ? max(0, GalleryFeatures.mostTiles - tiles.count) : 0
      tiles += images.prefix(room).map { $0.resized(height: Gallery.tile, width: Gallery.tile) }
    }
  }

  /// The tiles in rows.
  ///
  /// - Throws: `UnsupportedChannels` for images that are neither gray nor in color.
  func sheet() throws(UnsupportedChannels) -> Thumbnail? {
    if tiles.isEmpty { return nil }
    let rows = stride(from: 0, to: tiles.count, by: Gallery.sheetColumns).map {
      Array(tiles[$0..<min($0 + Gallery.sheetColumns, tiles.count)])
    }
    return try Thumbnail(ContactSheet(rows, gutter: 0).image())
  }
}
