import Ops

/// The middles of a selection of labelled photographs, as a network is scored on them.
struct CroppedPhotographs: Sendable {
  let images: [Image]
  let labels: [Int]
  let patients: [String]

  /// The labelled photographs of a split, `[size, size, C]` each.
  ///
  /// - Throws: `DataError` when a photograph cannot be read.
  init(_ split: Split, of dataset: Dataset, size: Int, workers: Workers) throws {
    let indices = dataset.indices(of: .labelled(split))
    images = try workers.map(indices.count) { place in
      try dataset.image(at: indices[place]).centerCropped(to: size, fraction: 0.875)
    }
    labels = indices.compactMap { dataset.photographs[$0].label }
    patients = indices.map { dataset.photographs[$0].patient }
  }
}
