import Ops

/// The middles of a selection of labelled photographs, as a network is scored on them.
struct CroppedPhotographs: Sendable {
  let images: [Image]
  let labels: [Int]
  let patients: [String]

  /// The side of the middle, as a share of the shorter side.
  static let fraction = 0.875

  /// The labelled photographs of a split, `[size, size, C]` each, without those that cannot be read.
  ///
  /// - Throws: `DataError` when none can be read, or one of a strict dataset cannot.
  init(_ split: Split, of dataset: Dataset, size: Int, workers: Workers) throws {
    let indices = dataset.indices(of: .labelled(split))
    let crops = try workers.map(indices.count) { place in
      try dataset.imageIfReadable(at: indices[place])?.centerCropped(
        to: size, fraction: CroppedPhotographs.fraction)
    }
    images = crops.compactMap { $0 }
    if let first = indices.first, images.isEmpty {
      throw dataset.nothingReadable(first: first, others: indices.count - 1)
    }
    let readable = zip(indices, crops).compactMap { $1 == nil ? nil : dataset.photographs[$0] }
    labels = readable.compactMap(\.label)
    patients = readable.map(\.patient)
  }
}
