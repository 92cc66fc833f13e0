import Ops

/// What becomes of the samples of an epoch that do not fill a batch.
public enum Remainder: Sendable {
  /// They are left out of this epoch. Every batch has the same size, as a compiled step needs; the next epoch
  /// is shuffled anew, so no sample is left out for long.
  case drop
  /// They form a last, smaller batch.
  case keep
}

/// Shuffled batches of single photographs: for SimCLR, which draws two views of each, and for classifiers.
public struct PhotographBatches: Sendable {
  /// The photographs, as indices into their dataset.
  public let indices: [Int]
  /// The number of photographs in a batch.
  public let batch: Int
  /// What becomes of the photographs that do not fill a batch.
  public let remainder: Remainder

  /// Batches of the selected photographs of a dataset.
  ///
  /// - Throws: `DataError` when there are no such photographs, or fewer than a batch takes and `remainder` is
  ///   `.drop`.
  public init(
    _ selection: Selection, of dataset: Dataset, batch: Int, remainder: Remainder = .drop
  ) throws(DataError) {
    indices = dataset.indices(of: selection)
    self.batch = batch
    self.remainder = remainder
    let samples =
      switch selection {
      case .unlabelled, .patients: "photographs of training patients"
      case .labelled(let split): "labelled \(split) photographs"
      }
    try requireOneBatch(of: batch, from: indices.count, samples, remainder)
  }

  /// The number of batches in an epoch.
  public var batchesPerEpoch: Int { batchCount(indices.count, batch, remainder) }

  /// The batches of an epoch: every photograph at most once, in an order that depends on the seed, the stage
  /// and the epoch alone.
  public func batches(seed: UInt64, stage: Int, epoch: Int) -> [[Int]] {
    var generator = CounterGenerator(seed: seed, stage, epoch)
    return cut(indices.shuffled(using: &generator), batch, remainder)
  }
}

func requireOneBatch(
  of batch: Int, from available: Int, _ samples: String, _ remainder: Remainder
) throws(DataError) {
  precondition(batch > 0, "a batch of \(batch): a batch has at least one sample")
  guard available >= (remainder == .drop ? batch : 1) else {
    throw .batchTooLarge(batch: batch, available: available, of: samples)
  }
}

func batchCount(_ samples: Int, _ batch: Int, _ remainder: Remainder) -> Int {
  remainder == .drop ? samples / batch : (samples + batch - 1) / batch
}

func cut<Sample>(_ samples: [Sample], _ batch: Int, _ remainder: Remainder) -> [[Sample]] {
  (0..<batchCount(samples.count, batch, remainder)).map { index in
    Array(samples[(index * batch)..<min((index + 1) * batch, samples.count)])
  }
}
