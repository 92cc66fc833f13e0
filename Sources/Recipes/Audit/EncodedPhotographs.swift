import Ops

/// The features of a dataset's photographs by an encoder, computed on their center crops.
struct EncodedPhotographs {
  /// The indices of the photographs that could be read, ascending.
  let indices: [Int]
  /// The features of each.
  let features: Features

  private static let photographsAtOnce = 256

  /// Encodes all readable photographs, some at a time.
  ///
  /// - Throws: `DataError` if none can be read, or one of a strict dataset cannot; `AuditError` if the encoder
  ///   gives no finite numbers.
  init(
    _ dataset: Dataset, by network: InferenceNetwork, size: Int, for audit: Audit, workers: Workers
  ) throws {
    let count = dataset.photographs.count
    var indices: [Int] = []
    var values: [Float] = []
    values.reserveCapacity(count * network.columns)
    for start in stride(from: 0, to: count, by: EncodedPhotographs.photographsAtOnce) {
      let part = Array(start..<min(start + EncodedPhotographs.photographsAtOnce, count))
      let crops = try workers.map(part.count) { place in
        try dataset.imageIfReadable(at: part[place])?.scored(size: size)
      }
      indices += zip(part, crops).compactMap { $1 == nil ? nil : $0 }
      values += network.features(of: crops.compactMap { $0 }, averagingFlips: audit.averagesFlips)
    }
    guard !indices.isEmpty else { throw dataset.nothingReadable(first: 0, others: count - 1) }
    self.indices = indices
    do throws(EvaluationError) {
      features = try Features(values, dimensions: network.columns)
    } catch {
      guard case .notFinite(let sample, _) = error else { throw error }
      throw AuditError.notFinite(photograph: dataset.photographs[indices[sample]].id)
    }
  }
}

extension InferenceNetwork {
  /// Returns the features of images, `[images, columns]`, or the mean of those of each image and its three
  /// mirror images.
  fileprivate func features(of images: [Image], averagingFlips: Bool) -> [Float] {
    guard averagingFlips else { return rows(of: images) }
    var sums = [Float](repeating: 0, count: images.count * columns)
    for (across, down) in [(false, false), (true, false), (false, true), (true, true)] {
      let rows = rows(of: images) { $0.flipped(horizontally: across, vertically: down) }
      for (place, value) in rows.enumerated() { sums[place] += value / 4 }
    }
    return sums
  }
}
