import Ops

/// One pass over the distances of all pairs, in blocks, so that only candidates are in memory: the closest
/// pairs, and of every labelled photograph the nearest ones with its label and with another.
struct PairScan {
  /// The pairs that were asked for, the closest first.
  let closest: [ClosestPairs.Pair]
  /// The number of pairs at the largest distance, 1.
  let opposites: Int
  /// The neighbors of each row; nil for an unlabelled one.
  let neighbors: [LabelNeighbors?]

  /// The number of distances in memory, if it is more than that of a block.
  static let distancesAtOnce = 1 << 20

  /// Scans all pairs.
  ///
  /// - Parameters:
  ///   - labels: The label of each row.
  ///   - kept: The number of closest pairs to keep.
  init(_ distances: CosineDistances, labels: [Int?], keeping kept: Int, workers: Workers) throws {
    var closest = ClosestPairs(keeping: kept)
    var neighbors: [LabelNeighbors?] = []
    var opposites = 0
    let count = distances.count
    let blocks = (count + CosineDistances.blockRows - 1) / CosineDistances.blockRows
    let blocksAtOnce = max(1, PairScan.distancesAtOnce / (CosineDistances.blockRows * count))
    for first in stride(from: 0, to: blocks, by: blocksAtOnce) {
      let horizon = closest.horizon
      let parts = workers.map(min(blocksAtOnce, blocks - first)) { part in
        Block(
          distances, from: (first + part) * CosineDistances.blockRows, labels: labels, within: horizon)
      }
      for part in parts {
        closest.add(part.pairs)
        opposites += part.opposites
        neighbors += part.neighbors
      }
    }
    self.closest = closest.sorted
    self.opposites = opposites
    self.neighbors = neighbors
  }

  /// What the distances of some rows to all contribute.
  private struct Block: Sendable {
    var pairs: [ClosestPairs.Pair] = []
    var opposites = 0
    var neighbors: [LabelNeighbors?] = []

    init(_ distances: CosineDistances, from start: Int, labels: [Int?], within horizon: Double) {
      let count = distances.count
      let block = distances.block(from: start)
      for row in 0..<(block.count / count) {
        let (own, place) = (block[(row * count)..<((row + 1) * count)], start + row)
        for (other, distance) in own.enumerated().dropFirst(place + 1) {
          if distance <= horizon {
            pairs.append(.init(distance: distance, first: Int32(place), second: Int32(other)))
          }
          if distance == 1 { opposites += 1 }
        }
        neighbors.append(labels[place].map { LabelNeighbors(of: place, own, label: $0, labels: labels) })
      }
    }
  }
}
