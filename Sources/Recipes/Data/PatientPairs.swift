import Ops

/// Two photographs of one patient, which MICLe draws to each other.
public struct PhotographPair: Sendable, Hashable {
  /// The photograph of the first view, as an index into the dataset.
  public let first: Int
  /// The photograph of the second view: another one of the same patient, or the same if the patient has only
  /// one.
  public let second: Int
}

/// The positive pairs of MICLe (multi-instance contrastive learning, Azizi et al. 2021).
///
/// In every epoch each training patient gives exactly one pair: two distinct photographs drawn at random if
/// the patient has two or more; the one photograph twice, for two independent views, if the patient has one.
/// So no patient is twice in a batch, where one pair would be pushed away from the other. Pairs and order are
/// drawn anew each epoch.
///
/// With `.drop`, the patients who do not fill the last batch of an epoch sit it out; they are not carried
/// over, since the next epoch shuffles all patients again.
public struct PatientPairs: Sendable {
  /// The photographs of each patient, as indices into their dataset.
  public let patients: [[Int]]
  /// The number of patients, and so of pairs, in a batch.
  public let batch: Int
  /// What becomes of the patients who do not fill a batch.
  public let remainder: Remainder

  /// Pairs of the training patients of a dataset, in batches of `batch` patients.
  ///
  /// - Throws: `DataError` when there are no training patients, or fewer than a batch takes and `remainder`
  ///   is `.drop`.
  public init(of dataset: Dataset, batch: Int, remainder: Remainder = .drop) throws(DataError) {
    patients = dataset.patients(in: .train)
    self.batch = batch
    self.remainder = remainder
    try requireOneBatch(of: batch, from: patients.count, "training patients", remainder)
  }

  /// The number of batches in an epoch.
  public var batchesPerEpoch: Int { batchCount(patients.count, batch, remainder) }

  /// The batches of an epoch. They depend on the seed, the stage and the epoch alone.
  public func batches(seed: UInt64, stage: Int, epoch: Int) -> [[PhotographPair]] {
    var generator = CounterGenerator(seed: seed, stage, epoch)
    let pairs = patients.shuffled(using: &generator).map { drawPair(from: $0, using: &generator) }
    return cut(pairs, batch, remainder)
  }

  private func drawPair(
    from photographs: [Int], using generator: inout CounterGenerator
  ) -> PhotographPair {
    let first = Int.random(in: photographs.indices, using: &generator)
    guard photographs.count > 1 else { return PhotographPair(first: photographs[0], second: photographs[0]) }
    // One of the others: those after the first move down by one place.
    let other = Int.random(in: 0..<(photographs.count - 1), using: &generator)
    let second = other < first ? other : other + 1
    return PhotographPair(first: photographs[first], second: photographs[second])
  }
}
