import Ops

/// The center crops of labelled photographs, on which networks are scored.
struct CroppedPhotographs: Sendable {
  let images: [Image]
  let photographs: LabelledPhotographs
  /// The indices of the unreadable ones.
  let unreadable: [Int]

  /// Crops the readable labelled photographs of a split to `[size, size, C]` each.
  ///
  /// - Throws: `DataError` if none can be read, or one of a strict dataset cannot.
  init(_ split: Split, of dataset: Dataset, size: Int, workers: Workers) throws {
    let indices = dataset.indices(of: .labelled(split))
    let kept: [Int]
    (kept, images) = try dataset.scored(indices, size: size, workers: workers)
    if let first = indices.first, images.isEmpty {
      throw dataset.nothingReadable(first: first, others: indices.count - 1)
    }
    let known = Set(kept)
    unreadable = indices.filter { !known.contains($0) }
    photographs = LabelledPhotographs(kept, of: dataset)
  }
}

/// The names, labels and patients of photographs.
struct LabelledPhotographs: Sendable {
  /// The names of the photographs.
  let ids: [String]
  let labels: [Int]
  let patients: [String]

  /// Takes the photographs with the given indices.
  init(_ indices: [Int], of dataset: Dataset) {
    let photographs = indices.map { dataset.photographs[$0] }
    ids = photographs.map(\.id)
    labels = photographs.compactMap(\.label)
    patients = photographs.map(\.patient)
  }
}

extension Dataset {
  /// Returns the readable ones of some photographs, by index, and their center crops.
  ///
  /// - Throws: `DataError` if one of a strict dataset cannot be read.
  func scored(_ indices: [Int], size: Int, workers: Workers) throws -> (readable: [Int], images: [Image]) {
    let crops = try workers.map(indices.count) { place in
      try imageIfReadable(at: indices[place])?.scored(size: size)
    }
    return (zip(indices, crops).compactMap { $1 == nil ? nil : $0 }, crops.compactMap { $0 })
  }
}

extension Image {
  /// Returns the center crop of a preprocessed photograph for scoring and prediction: seven eighths of its
  /// shorter side.
  func scored(size: Int) -> Image { centerCropped(to: size, fraction: Image.scoredFraction) }

  /// The share of the shorter side that is scored.
  static let scoredFraction = 0.875
}
