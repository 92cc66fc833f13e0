/// One view that a batch needs: which photograph, and which of its views.
package struct ViewRequest: Sendable {
  let photograph: Int
  let view: Int
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
      batches.batches(seed: seed, stage: stage, epoch: epoch).map { batch in
        (0..<views).flatMap { view in batch.map { ViewRequest(photograph: $0, view: view) } }
      }
    case .patients(let pairs):
      pairs.batches(seed: seed, stage: stage, epoch: epoch).map { batch in
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
