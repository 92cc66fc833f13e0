import Ops

/// The center crops of labelled photographs, on which networks are scored.
struct CroppedPhotographs: Sendable {
  let images: [Image]
  /// The names of the photographs.
  let ids: [String]
  let labels: [Int]
  let patients: [String]
  /// The indices of the unreadable ones.
  let unreadable: [Int]

  /// Crops the readable labelled photographs of a split to `[size, size, C]` each.
  ///
  /// - Throws: `DataError` if none can be read, or one of a strict dataset cannot.
  init(_ split: Split, of dataset: Dataset, size: Int, workers: Workers) throws {
    let indices = dataset.indices(of: .labelled(split))
    let crops = try workers.map(indices.count) { place in
      try dataset.imageIfReadable(at: indices[place])?.scored(size: size)
    }
    images = crops.compactMap { $0 }
    if let first = indices.first, images.isEmpty {
      throw dataset.nothingReadable(first: first, others: indices.count - 1)
    }
    unreadable = zip(indices, crops).compactMap { $1 == nil ? $0 : nil }
    let readable = zip(indices, crops).compactMap { $1 == nil ? nil : dataset.photographs[$0] }
    ids = readable.map(\.id)
    labels = readable.compactMap(\.label)
    patients = readable.map(\.patient)
  }
}

extension Image {
  /// Returns the center crop of a preprocessed photograph for scoring and prediction: seven eighths of its
  /// shorter side.
  func scored(size: Int) -> Image { centerCropped(to: size, fraction: 0.875) }
}
