/// The key of one view in a batch: the photograph, and the view's number.
package struct ViewKey: Sendable {
  package let photograph: Int
  package let view: Int
}

/// The batches of a stage, by epoch.
package struct BatchSampler {
  /// The samples of a pass over the data.
  package enum Source {
    /// Single photographs, with the given number of views of each.
    case photographs(PhotographBatches, views: Int)
    /// Pairs of a patient's photographs.
    case patients(PatientPairs)
  }

  private let source: Source
  /// The number of batches in an epoch.
  package let batchesPerEpoch: Int

  /// Creates batches of a source.
  ///
  /// - Parameters:
  ///   - source: The samples.
  ///   - stepsPerEpoch: The batches per epoch, which continues in the data where the previous one ended; one
  ///     pass over the data if nil.
  package init(_ source: Source, stepsPerEpoch: Int? = nil) {
    self.source = source
    batchesPerEpoch = stepsPerEpoch ?? source.batchesPerPass
  }

  /// Returns the rows of every batch of an epoch. The first views of all samples come first, so that row `i`
  /// and row `i + N` are a pair.
  package func batches(seed: UInt64, stage: Int, epoch: Int) -> [[ViewKey]] {
    let steps = (epoch * batchesPerEpoch)..<((epoch + 1) * batchesPerEpoch)
    let perPass = source.batchesPerPass
    let passes = (steps.lowerBound / perPass)...((steps.upperBound - 1) / perPass)
    let batches = passes.flatMap { pass in
      let start = pass * perPass
      let own = steps.clamped(to: start..<(start + perPass))
      return source.pass(pass, seed: seed, stage: stage)[(own.lowerBound - start)..<(own.upperBound - start)]
    }
    // A photograph repeated within an epoch gets different views.
    var timesSeen: [Int: Int] = [:]
    return batches.map { batch in
      let first = batch.map { sample in
        let views = sample.indices.map { view in
          ViewKey(
            photograph: sample[view], view: timesSeen[sample[view], default: 0] * sample.count + view)
        }
        for photograph in Set(sample) { timesSeen[photograph, default: 0] += 1 }
        return views
      }
      return (first.first ?? []).indices.flatMap { view in first.map { $0[view] } }
    }
  }
}

extension BatchSampler.Source {
  fileprivate var batchesPerPass: Int {
    switch self {
    case .photographs(let batches, _): batches.batchesPerEpoch
    case .patients(let pairs): pairs.batchesPerEpoch
    }
  }

  // Returns batches of samples; a sample is the photograph of each of its views.
  fileprivate func pass(_ pass: Int, seed: UInt64, stage: Int) -> [[[Int]]] {
    switch self {
    case .photographs(let batches, let views):
      batches.batches(seed: seed, stage: stage, epoch: pass).map { batch in
        batch.map { [Int](repeating: $0, count: views) }
      }
    case .patients(let pairs):
      pairs.batches(seed: seed, stage: stage, epoch: pass).map { batch in
        batch.map { [$0.first, $0.second] }
      }
    }
  }
}
