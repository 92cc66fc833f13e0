import Foundation
import Ops

/// A file of features that an ``Embedder`` wrote, `.npy` or `.safetensors`, to search for the photographs
/// that are most similar to others.
///
///     let stored = try StoredFeatures(contentsOf: URL(filePath: "features.npy"))
///     let nearest = try stored.nearest(to: rows, count: 5)
public struct StoredFeatures {
  /// A photograph of the file and its similarity to a query.
  public struct Neighbor: Sendable, Equatable {
    /// The path of the photograph.
    public let image: String
    /// The cosine of the angle between the features.
    public let similarity: Double
  }

  /// The paths of the photographs.
  public let images: [String]
  /// The number of features of each.
  public let dimensions: Int

  private let file: OpenFile
  private let start: Int

  /// The rows that are read at once.
  private static let block = 512

  /// Opens a file and reads the table of its photographs.
  ///
  /// - Parameter file: The file; the table `NAME.images.csv` is beside it.
  /// - Throws: `FileError` or `CSVError` if the table cannot be read or does not belong to the file;
  ///   `WeightsError` if the file cannot be read or has another format.
  public init(contentsOf file: URL) throws {
    let open = try OpenFile(file.path)
    let layout = try StoredFeatures.layout(of: open, file)
    let table = FeatureFormat.images(of: file)
    let csv = try CSV(file: table, mayBeEmpty: true)
    let column = try csv.column("image")
    var images: [String] = []
    csv.forEachRow { row in
      if let text = try? row.text(column) { images.append(CSV.read(field: text)) }
    }
    self.images = images
    guard images.count == layout.rows else {
      throw FileError.unreadable(
        file: table.path,
        reason: "it lists \(images.count) photographs, and \(file.lastPathComponent) has \(layout.rows) rows")
    }
    dimensions = layout.columns
    start = layout.start
    self.file = open
  }

  private typealias Layout = (rows: Int, columns: Int, start: Int)

  private static func layout(of open: OpenFile, _ url: URL) throws -> Layout {
    switch try FeatureFormat(of: url) {
    case .csv:
      throw FileError.unreadable(
        file: url.path, reason: "a search reads .npy and .safetensors; write the features in one of these")
    case .safetensors:
      let header = try SafeTensorsHeader(of: open)
      guard let entry = header.entries.first, header.entries.count == 1, entry.type == "F32",
        entry.shape.count == 2
      else {
        throw FileError.unreadable(file: url.path, reason: "it is no file of features, one matrix of F32")
      }
      return (entry.shape[0], entry.shape[1], header.dataStart)
    case .npy:
      let head = [UInt8](try open.bytes(at: 0, count: min(128, open.size)))
      let text = String(decoding: head.dropFirst(10), as: UTF8.self)
      guard head.count == 128, head.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]),
        let match = text.firstMatch(
          of: /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d{1,15}), (\d{1,9})\), \} *\n$/),
        let rows = Int(match.1), let columns = Int(match.2), columns > 0,
        rows.multipliedReportingOverflow(by: 4 * columns) == (open.size - 128, false)
      else {
        throw FileError.unreadable(
          file: url.path,
          reason: "it is no file of features as embed writes it, a matrix of <f4, or it is cut off")
      }
      return (rows, columns, 128)
    }
  }

  /// Finds the photographs whose features are most similar to each query, nearest first, by exact search. The
  /// file is read in blocks.
  ///
  /// - Parameters:
  ///   - queries: The features of the queries, of ``dimensions`` numbers each.
  ///   - count: The number of photographs to find for each query.
  ///   - workers: The threads.
  /// - Throws: ``EvaluationError`` if the dimensions do not match; `WeightsError` if the file cannot be read
  ///   or has changed.
  public func nearest(to queries: Features, count: Int, workers: Workers = .shared) throws -> [[Neighbor]] {
    guard queries.dimensions == dimensions else {
      throw EvaluationError.differentDimensions(test: queries.dimensions, training: dimensions)
    }
    var search = CosineSearch(for: queries, count: count)
    for first in stride(from: 0, to: images.count, by: StoredFeatures.block) {
      let rows = min(StoredFeatures.block, images.count - first)
      let values = try file.numbers(
        at: start + 4 * first * dimensions, count: rows * dimensions, filledWith: Float(0)
      ) { $0 }
      search.add(try Features(values, dimensions: dimensions), workers: workers)
    }
    return search.nearest.map { found in
      found.map { Neighbor(image: images[$0.row], similarity: $0.similarity) }
    }
  }
}
