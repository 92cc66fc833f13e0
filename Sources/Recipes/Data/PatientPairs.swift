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
/// In every epoch a training patient's photographs are shuffled and taken two by two; the one left over, if
/// there is one, goes with another of them, and a patient's only photograph with itself, for two independent
/// views.
///
/// No patient is twice in a batch, where one pair would be pushed away from the other. So an epoch has as
/// many full batches as can be filled with different patients, the same number every epoch. The pairs that do
/// not fit into them are left out, other ones each epoch: fewer than a batch as a rule, more where few
/// patients have most of the photographs.
public struct PatientPairs: Sendable {
  /// The photographs of each patient, as indices into their dataset.
  public let patients: [[Int]]
  /// The number of pairs, each of another patient, in a batch.
  public let batch: Int
  /// How many pairs of a patient an epoch takes.
  public let pairs: PairsPerPatient
  /// The number of batches in an epoch.
  public let batchesPerEpoch: Int
  /// The number of pairs that there are for an epoch, of which it takes `batchesPerEpoch * batch`.
  public let pairsAvailable: Int
  // The number of pairs of each patient.
  private let counts: [Int]

  /// Pairs of the training patients of a dataset, in batches of `batch` patients.
  ///
  /// - Throws: `DataError` when there are no training patients, or fewer than a batch takes.
  public init(of dataset: Dataset, batch: Int, pairs: PairsPerPatient = .covering) throws(DataError) {
    patients = dataset.patients(in: .train)
    self.batch = batch
    self.pairs = pairs
    counts = patients.map { pairs.count(photographs: $0.count) }
    try requireOneBatch(of: batch, from: counts.count { $0 > 0 }, "training patients", .drop)
    pairsAvailable = counts.reduce(0, +)
    batchesPerEpoch = PatientPairs.fullBatches(counts, batch)
  }

  /// The batches of an epoch. They depend on the seed, the stage and the epoch alone.
  public func batches(seed: UInt64, stage: Int, epoch: Int) -> [[PhotographPair]] {
    var generator = CounterGenerator(seed: seed, stage, epoch)
    let counts = countsTaken(using: &generator)
    var batches = [[PhotographPair]](repeating: [], count: batchesPerEpoch)
    // Round after round, every batch gets a pair. A patient whose pairs go on into the next round first takes
    // the batches that have none of them: there are enough, as nobody has more pairs than there are batches.
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

  /// The most batches that can be filled with different patients: each patient gives a batch one pair at
  /// most.
  private static func fullBatches(_ counts: [Int], _ batch: Int) -> Int {
    // As many as that can be filled up to some number, and no more after it.
    var (fits, exceeds) = (0, counts.reduce(0, +) / batch + 1)
    while exceeds - fits > 1 {
      let batches = (fits + exceeds) / 2
      let pairs = counts.reduce(0) { $0 + min($1, batches) }
      if pairs >= batches * batch { fits = batches } else { exceeds = batches }
    }
    return fits
  }

  // The pairs that an epoch takes of each patient: one for each batch at most, and no more than the batches
  // hold.
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
      // The last of an odd number.
      return PhotographPair(first: first, second: order.dropLast().randomElement(using: &generator) ?? first)
    }
  }
}
