import Foundation

extension TensorBoardProjector {
  /// Creates the embedding of the photographs in the gallery of a run: the features of its last network, with
  /// the name, split and class of each photograph, the prediction of a classifier and whether it is right,
  /// and the small pictures that the gallery has. Photographs beyond them are gray.
  ///
  /// - Parameter folder: The folder of the run.
  /// - Throws: `FileError` or `WeightsError` if there is no gallery with its features, or it cannot be read.
  public init(ofGalleryIn folder: URL) throws {
    guard let gallery = try Gallery(in: folder) else {
      throw FileError.unreadable(
        file: folder.appending(path: Gallery.file).path, reason: "the run has made none")
    }
    try self.init(
      GalleryFeaturesFile(in: folder).read(for: gallery), columns: gallery.columns, pictures: gallery.tiles)
  }
}

extension Gallery {
  /// The metadata of the photographs, by column.
  fileprivate var columns: [(name: String, values: [String])] {
    var columns = [
      ("photograph", photographs.map(\.name)), ("split", photographs.map(\.split.rawValue)),
      ("class", photographs.map { item in item.label.map { classes[$0] } ?? "unlabelled" }),
    ]
    if photographs.contains(where: { $0.predicted != nil }) {
      columns += [
        ("predicted", photographs.map { item in item.predicted.map { classes[$0] } ?? "" }),
        (
          "right",
          photographs.map { $0.label == nil || $0.predicted == nil ? "" : $0.isMistaken ? "no" : "yes" }
        ),
      ]
    }
    return columns.map { (name: $0.0, values: $0.1) }
  }

  /// The picture of each photograph, gray for those that are not on the sheet; none without a sheet.
  fileprivate var tiles: [Image] {
    guard let sheet, let image = try? Image(encoded: [UInt8](sheet.bytes)) else { return [] }
    let gray = Image(width: 1, height: 1, filledWith: 0.5)
    return photographs.indices.map { place in
      let (row, column) = (place / Gallery.sheetColumns, place % Gallery.sheetColumns)
      return image.tile(row: row, column: column, side: Gallery.tile) ?? gray
    }
  }
}

extension Image {
  /// Returns a square of a grid of squares; nil outside of the image.
  fileprivate func tile(row: Int, column: Int, side: Int) -> Image? {
    guard (row + 1) * side <= height, (column + 1) * side <= width else { return nil }
    var tile: [Float] = []
    tile.reserveCapacity(side * side * channels)
    for y in (row * side)..<((row + 1) * side) {
      let start = (y * width + column * side) * channels
      tile += pixels[start..<(start + side * channels)]
    }
    return Image(width: side, height: side, channels: channels, pixels: tile)
  }
}
