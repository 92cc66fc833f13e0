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
  /// - Throws: `DataError` if none can be read, or one of a strict dataset cannot; `AuditError` if a feature
  ///   is not finite.
  init(
    _ dataset: Dataset, by network: InferenceNetwork, size: Int, for audit: Audit, workers: Workers
  ) throws {
    let count = dataset.photographs.count
    var indices: [Int] = []
    var values: [Float] = []
    values.reserveCapacity(count * network.columns)
    for start in stride(from: 0, to: count, by: EncodedPhotographs.photographsAtOnce) {
      let part = Array(start..<min(start + EncodedPhotographs.photographsAtOnce, count))
      let crops = try dataset.scored(part, size: size, workers: workers)
      indices += crops.readable
      values += network.means(of: crops.images, averagingFlips: audit.averagesFlips)
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
