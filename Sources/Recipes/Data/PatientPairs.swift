import Ops

/// Two photographs of one patient, a positive pair of MICLe.
public struct PhotographPair: Sendable, Hashable {
  /// The photograph of the first view, an index into the dataset.
  public let first: Int
  /// The photograph of the second view: another one of the same patient, or the same if there is only one.
  public let second: Int
}

/// The positive pairs of MICLe (multi-instance contrastive learning, Azizi et al. 2021).
///
/// In every epoch a training patient's photographs are shuffled and paired consecutively; a remaining one is
/// paired with another of them, and a patient's only photograph with itself, for two independent views.
///
/// A batch has at most one pair of each patient, as two would be negatives of each other. An epoch therefore
/// has as many full batches as can be filled with distinct patients, the same number every epoch. Pairs that
/// do not fit are left out, different ones each epoch: usually fewer than a batch, more if few patients have
/// most of the photographs.
public struct PatientPairs: Sendable {
  /// The photographs of each patient, as indices into their dataset.
  public let patients: [[Int]]
  /// The batch size in pairs, each of a different patient.
  public let batch: Int
  /// The number of pairs of a patient per epoch.
  public let pairs: PairsPerPatient
  /// The number of batches in an epoch.
  public let batchesPerEpoch: Int
  /// The number of pairs available per epoch, of which it takes `batchesPerEpoch * batch`.
  public let pairsAvailable: Int
  // The number of pairs of each patient.
  private let counts: [Int]

  /// Creates pairs of a dataset's training patients, in batches of `batch` patients.
  ///
  /// - Parameters:
  ///   - dataset: The photographs.
  ///   - batch: The batch size in pairs, each of a different patient.
  ///   - pairs: The number of pairs of a patient per epoch.
  /// - Throws: `DataError` if there are no training patients, or fewer than in one batch.
  public init(of dataset: Dataset, batch: Int, pairs: PairsPerPatient = .covering) throws(DataError) {
    patients = dataset.patients(in: .train)
    self.batch = batch
    self.pairs = pairs
    counts = patients.map { pairs.count(photographs: $0.count) }
    try requireOneBatch(of: batch, from: counts.count { $0 > 0 }, "training patients", .drop)
    pairsAvailable = counts.reduce(0, +)
    batchesPerEpoch = PatientPairs.fullBatches(counts, batch)
  }

  /// Returns the batches of an epoch, which depend only on the seed, the stage and the epoch.
  ///
  /// - Parameters:
  ///   - seed: The seed of all random numbers.
  ///   - stage: The index of the stage.
  ///   - epoch: The index of the epoch, from 0.
  public func batches(seed: UInt64, stage: Int, epoch: Int) -> [[PhotographPair]] {
    var generator = CounterGenerator(seed: seed, stage, epoch)
    let counts = countsTaken(using: &generator)
    var batches = [[PhotographPair]](repeating: [], count: batchesPerEpoch)
    // Every batch gets one pair per round. A patient with pairs left for the next round is first assigned the
    // batches without this patient: there are enough, as no patient has more pairs than there are batches.
    var round: [Int] = []
    for patient in patients.indices.shuffled(using: &generator) where counts[patient] > 0 {
      var places = round.suffix(counts[patient])
      round.removeLast(places.count)
      if places.count < counts[patient] {
        let taken = Set(places)
        let next = batches.indices.shuffled(using: &generator)
        round = next.filter(taken.contains) + next.filter { !taken.contains($0) }
        let missing = counts[patient] - places.count
        places += round.suffix(missing)
        round.removeLast(missing)
      }
      let pairs = drawPairs(counts[patient], from: patients[patient], using: &generator)
      for (place, pair) in zip(places, pairs) { batches[place].append(pair) }
    }
    return batches
  }

  /// Returns the largest number of batches that can be filled with distinct patients: each patient
  /// contributes at most one pair to a batch.
  private static func fullBatches(_ counts: [Int], _ batch: Int) -> Int {
    // A binary search, as full batches are possible up to some number and not beyond.
    var (fits, exceeds) = (0, counts.reduce(0, +) / batch + 1)
    while exceeds - fits > 1 {
      let batches = (fits + exceeds) / 2
      let pairs = counts.reduce(0) { $0 + min($1, batches) }
      if pairs >= batches * batch { fits = batches } else { exceeds = batches }
    }
    return fits
  }

  // Returns the number of pairs that an epoch takes of each patient: at most one per batch, and no more in
  // total than the batches hold.
  private func countsTaken(using generator: inout CounterGenerator) -> [Int] {
    var taken = counts.map { min($0, batchesPerEpoch) }
    let excess = taken.reduce(0, +) - batchesPerEpoch * batch
    let owners = taken.indices.flatMap { [Int](repeating: $0, count: taken[$0]) }
    for owner in owners.shuffled(using: &generator).prefix(excess) { taken[owner] -= 1 }
    return taken
  }

  private func drawPairs(
    _ count: Int, from photographs: [Int], using generator: inout CounterGenerator
  ) -> [PhotographPair] {
    let order = photographs.shuffled(using: &generator)
    return (0..<count).map { pair in
      let first = order[2 * pair]
      if 2 * pair + 1 < order.count { return PhotographPair(first: first, second: order[2 * pair + 1]) }
      // The last one of an odd number.
      return PhotographPair(first: first, second: order.dropLast().randomElement(using: &generator) ?? first)
    }
  }
}
