import Ops

/// The treatment of samples that do not fill a last batch.
public enum LastBatch: Sendable {
  /// Drops them from this epoch. Every batch has the same size, as a compiled step requires; each epoch is
  /// reshuffled, so no sample is left out for long.
  case drop
  /// Keeps them as a smaller last batch.
  case keep
}

/// The sampling of photographs by class.
public enum Sampling: Sendable {
  /// Each photograph once per epoch, so frequent classes are seen more often.
  case natural
  /// Each class with photographs equally often, in every batch and epoch. Photographs of rare classes repeat
  /// within an epoch; those of frequent classes alternate over epochs.
  case balanced
}

/// Shuffled batches of single photographs: for SimCLR, which draws two views of each, and for classifiers.
public struct PhotographBatches: Sendable {
  /// The photographs, as indices into their dataset.
  public let indices: [Int]
  /// The batch size in photographs.
  public let batch: Int
  /// The treatment of photographs that do not fill a batch.
  public let remainder: LastBatch
  // For balanced sampling, the photographs of each class that has any.
  private let classes: [[Int]]?
  // The photographs of each patient, if they must be in the same batch.
  private let bags: [[Int]]?

  /// Creates batches of the selected photographs of a dataset.
  ///
  /// An epoch draws as many photographs as are selected, with either sampling.
  ///
  /// - Parameters:
  ///   - selection: The photographs to draw from.
  ///   - dataset: The photographs.
  ///   - batch: The batch size in photographs.
  ///   - remainder: The treatment of photographs that do not fill a batch.
  ///   - sampling: How photographs are drawn by class.
  /// - Throws: `DataError` if there are no such photographs, if there are fewer than a batch and `remainder`
  ///   is `.drop`, or if the selection's share is invalid.
  public init(
    _ selection: Selection, of dataset: Dataset, batch: Int, remainder: LastBatch = .drop,
    sampling: Sampling = .natural
  ) throws(DataError) {
    try self.init(
      selection, of: dataset, batch: batch, remainder: remainder, sampling: sampling, knowing: nil)
  }

  /// Batches of those that have one of some values at least; of all if nil.
  init(
    _ selection: Selection, of dataset: Dataset, batch: Int, remainder: LastBatch = .drop,
    sampling: Sampling = .natural, knowing values: ColumnValues?
  ) throws(DataError) {
    if case .labelled(_, let share) = selection, !(share > 0 && share <= 1) { throw .invalidShare(share) }
    indices = values?.known ?? dataset.indices(of: selection)
    classes = sampling == .balanced ? dataset.byClass(indices) : nil
    let taken = Set(indices)
    bags = selection == .bags ? dataset.patients(in: .train).map { $0.filter(taken.contains) } : nil
    self.batch = batch
    self.remainder = remainder
    let samples =
      switch selection {
      case .unlabelled, .patients, .bags, .partlyLabelled: "photographs of training patients"
      case .labelled(let split, _): "labelled \(split) photographs"
      }
    let condition = values.map { " with a number in \($0.columns.quoted)" } ?? ""
    try requireOneBatch(of: batch, from: indices.count, samples + condition, remainder)
  }

  /// The number of batches in an epoch.
  public var batchesPerEpoch: Int { batchCount(indices.count, batch, remainder) }

  /// Returns the batches of an epoch, which depend only on the seed, the stage and the epoch.
  ///
  /// - Parameters:
  ///   - seed: The seed of all random numbers.
  ///   - stage: The index of the stage.
  ///   - epoch: The index of the epoch, from 0.
  public func batches(seed: UInt64, stage: Int, epoch: Int) -> [[Int]] {
    var generator = CounterGenerator(seed: seed, stage, epoch)
    let order: [Int]
    if let classes {
      order = PhotographBatches.balanced(classes, count: indices.count, using: &generator)
    } else if let bags {
      order = bags.shuffled(using: &generator).flatMap { $0.shuffled(using: &generator) }
    } else {
      order = indices.shuffled(using: &generator)
    }
    return cut(order, batch, remainder)
  }

  // Draws one photograph of every class per round, in a new class order each round; a class starts over when
  // its photographs are used up.
  private static func balanced(
    _ classes: [[Int]], count: Int, using generator: inout CounterGenerator
  ) -> [Int] {
    var left = classes.map { _ in [Int]() }
    var order: [Int] = []
    while order.count < count {
      for label in classes.indices.shuffled(using: &generator).prefix(count - order.count) {
        if left[label].isEmpty { left[label] = classes[label].shuffled(using: &generator) }
        order.append(left[label].removeLast())
      }
    }
    return order
  }
}

func requireOneBatch(
  of batch: Int, from available: Int, _ samples: String, _ remainder: LastBatch
) throws(DataError) {
  contract(batch > 0, "a batch of \(batch): a batch has at least one sample")
  guard available >= (remainder == .drop ? batch : 1) else {
    throw .batchTooLarge(batch: batch, available: available, of: samples)
  }
}

func batchCount(_ samples: Int, _ batch: Int, _ remainder: LastBatch) -> Int {
  remainder == .drop ? samples / batch : (samples + batch - 1) / batch
}

func cut<Sample>(_ samples: [Sample], _ batch: Int, _ remainder: LastBatch) -> [[Sample]] {
  (0..<batchCount(samples.count, batch, remainder)).map { index in
    Array(samples[(index * batch)..<min((index + 1) * batch, samples.count)])
  }
}
