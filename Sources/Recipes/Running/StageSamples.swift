/// One view that a batch needs: which photograph, and which of its views.
package struct ViewRequest: Sendable {
  package let photograph: Int
  package let view: Int
}

/// Where the batches of a stage come from.
package enum StageSamples {
  /// One photograph at a time, with so many views of each.
  case photographs(PhotographBatches, views: Int)
  /// Two photographs of a patient at a time.
  case patients(PatientPairs)

  /// The rows of every batch of an epoch. The first views of all samples come first, so that row `i` and row
  /// `i + N` are a pair.
  package func batches(seed: UInt64, stage: Int, epoch: Int) -> [[ViewRequest]] {
    switch self {
    case .photographs(let batches, let views):
      // A photograph that comes again within an epoch is seen in views of its own.
      var timesSeen: [Int: Int] = [:]
      return batches.batches(seed: seed, stage: stage, epoch: epoch).map { batch in
        let first = batch.map { photograph in
          defer { timesSeen[photograph, default: 0] += 1 }
          return ViewRequest(photograph: photograph, view: timesSeen[photograph, default: 0] * views)
        }
        return (0..<views).flatMap { view in
          first.map { ViewRequest(photograph: $0.photograph, view: $0.view + view) }
        }
      }
    case .patients(let pairs):
      return pairs.batches(seed: seed, stage: stage, epoch: epoch).map { batch in
        batch.map { ViewRequest(photograph: $0.first, view: 0) }
          + batch.map { ViewRequest(photograph: $0.second, view: 1) }
      }
    }
  }

  /// The number of batches in an epoch.
  package var batchesPerEpoch: Int {
    switch self {
    case .photographs(let batches, _): batches.batchesPerEpoch
    case .patients(let pairs): pairs.batchesPerEpoch
    }
  }
}
