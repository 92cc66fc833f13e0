import Ops

/// The middles of a selection of labelled photographs, as a network is scored on them.
struct CroppedPhotographs: Sendable {
  let images: [Image]
  let labels: [Int]
  let patients: [String]
  /// The indices of those that could not be read.
  let unreadable: [Int]

  /// The labelled photographs of a split, `[size, size, C]` each, without those that cannot be read.
  ///
  /// - Throws: `DataError` when none can be read, or one of a strict dataset cannot.
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
    labels = readable.compactMap(\.label)
    patients = readable.map(\.patient)
  }
}

extension Image {
  /// What a network of views of a size is scored on, and asked about, of a prepared photograph: seven eighths
  /// of its shorter side, from the middle.
  func scored(size: Int) -> Image { centerCropped(to: size, fraction: 0.875) }
}
