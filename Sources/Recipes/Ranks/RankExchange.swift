import Distributed
import Ops

/// The exchange of a process that computes some of the parts of a batch beside others.
///
/// Results are gathered, so that every rank computes the loss of the batch. The sums of gradients go on while
/// the backward pass does, each sent as soon as it is there, small ones together. They are added in pairs of
/// parts, so the bits do not depend on who computed which part.
final class RankExchange: Exchange {
  let parts: Range<Int>
  private let cut: BatchCut
  private let ranks: Ranks
  private let dataset: Dataset?
  private var results: [GatheredRows] = []
  private var states: (reduction: PairwiseReduction, tensors: [Int])?
  private let buckets = GradientBuckets()
  private var sums: [Pending] = []
  private var noticed: Set<String> = []

  /// The exchange of a rank.
  ///
  /// - Parameter dataset: The photographs of the batches, of which some may be damaged.
  init(_ cut: BatchCut, between ranks: Ranks, of dataset: Dataset?) {
    let count = cut.count / ranks.count
    parts = ranks.rank * count..<(ranks.rank + 1) * count
    self.cut = cut
    self.ranks = ranks
    self.dataset = dataset
  }

  /// Whether ranks can share a number of parts: each takes as many, a power of two, which are a branch of the
  /// tree by which they are added.
  static func divides(_ parts: Int, among ranks: Int) -> Bool {
    parts % ranks == 0 && (parts / ranks).nonzeroBitCount == 1
  }

  func agree(_ failure: (any Error)?) throws { _ = try ranks.agree(failure) }

  func gatherReplicas(_ own: UnsafeBufferPointer<Float>, into all: UnsafeMutableBufferPointer<Float>) {
    ranks.wait(
      for: ranks.urgent.gather(UnsafeRawBufferPointer(own), into: UnsafeMutableRawBufferPointer(all)))
  }

  func gather(
    _ rows: UnsafeBufferPointer<Float>, of part: Int, views: Int,
    into batch: UnsafeMutableBufferPointer<Float>
  ) {
    let known = results.firstIndex { $0.batch.baseAddress == batch.baseAddress }
    let place = known ?? results.count
    if known == nil { results.append(GatheredRows(of: batch, views: views, parts: cut.count)) }
    results[place].set(rows, of: part)
  }

  func finishGathering(_ failure: (any Error)?) throws {
    let damaged = dataset?.damaged.ofStage.inOrder.filter { !noticed.contains($0.id) } ?? []
    noticed.formUnion(damaged.map(\.id))
    let others = try ranks.agree(failure, damaged: damaged)
    noticed.formUnion(others.map(\.id))
    if let dataset { dataset.damaged.take(others, in: dataset) }
    let transfers = results.map { ranks.communicator.gather($0.own(parts), into: $0.bytes) }
    reduceStates()
    for (rows, transfer) in zip(results, transfers) {
      ranks.wait(for: transfer)
      rows.copy(to: cut)
    }
  }

  func reduce(
    _ values: UnsafeBufferPointer<Float>, of part: Int, tensor: Int, by reduction: PairwiseReduction
  ) {
    reduction.add(values, of: part - parts.lowerBound, tensor: tensor)
    guard part == parts.upperBound - 1 else { return }
    switch reduction.kind {
    case .mean: states = (reduction, (states?.tensors ?? []) + [tensor])
    case .sum: if let full = buckets.add(reduction.result(of: tensor)) { send(full) }
    }
  }

  func finishReducing() {
    if let last = buckets.last() { send(last) }
    sums.forEach(ranks.wait)
    sums = []
    buckets.empty()
  }

  private func send(_ bucket: UnsafeMutableBufferPointer<Float>) {
    let communicator = ranks.communicator
    sums.append(ranks.reduction == .exact ? communicator.orderedSum(bucket) : communicator.sum(bucket))
  }

  // States are few; every rank takes the mean of all.
  private func reduceStates() {
    guard let (reduction, tensors) = states, !tensors.isEmpty else { return }
    states = nil
    let own = tensors.flatMap { Array(reduction.result(of: $0)) }
    var all = [Float](repeating: 0, count: own.count * ranks.count)
    own.withUnsafeBytes { own in
      all.withUnsafeMutableBytes { ranks.wait(for: ranks.communicator.gather(own, into: $0)) }
    }
    let mean = UnsafeMutableBufferPointer<Float>.allocate(capacity: own.count)
    mean.initialize(repeating: 0)
    defer { mean.deallocate() }
    let ofRanks = PairwiseReduction(.mean, into: [mean], parts: ranks.count, workers: .shared)
    all.withUnsafeBufferPointer { all in
      for rank in 0..<ranks.count {
        ofRanks.add(
          UnsafeBufferPointer(rebasing: all[rank * own.count..<(rank + 1) * own.count]), of: rank, tensor: 0)
      }
    }
    var place = 0
    for tensor in tensors {
      let result = reduction.result(of: tensor)
      _ = result.update(fromContentsOf: mean[place..<place + result.count])
      place += result.count
    }
  }
}
