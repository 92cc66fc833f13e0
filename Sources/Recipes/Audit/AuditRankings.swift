import Ops

extension Audit {
  /// Ranks photographs by their features.
  ///
  /// The findings are the same for any number of threads. The time is that of N² products of features, once
  /// or twice; the memory grows with N.
  ///
  /// - Parameters:
  ///   - features: The features, a row for each photograph, not yet normalized.
  ///   - photographs: The photographs.
  ///   - workers: The threads.
  /// - Throws: `AuditError` unless there are two photographs or more with a row each.
  public func findings(
    in features: Features, of photographs: [AuditFindings.Photograph], workers: Workers = .shared
  ) throws -> AuditFindings {
    guard photographs.count > 1 else { throw AuditError.tooFew(photographs: photographs.count) }
    guard features.count == photographs.count else {
      throw AuditError.otherCount(features: features.count, photographs: photographs.count)
    }
    let mistakes = settingErrors()
    guard mistakes.isEmpty else { throw PipelineErrors(problems: mistakes.map(\.description)) }
    let distances = CosineDistances(features)
    let names = Set(photographs.compactMap(\.label)).sorted()
    let indices = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    let count = photographs.count
    let pairs = count * (count - 1) / 2
    let scan = try PairScan(
      distances, labels: photographs.map { $0.label.flatMap { indices[$0] } },
      keeping: pairsKept(of: pairs, photographs: count),
      workers: workers)
    let leaves = LeafRanking(of: Dendrogram(of: try SpanningTree(distances, workers: workers))).entries

    let errors = AuditFindings.ranked(scan.neighbors)
    let thresholds = AuditFindings.Thresholds(
      nearDuplicates: AutomaticThreshold.ofPairs(
        scan.closest.map(\.distance), among: pairs, opposites: scan.opposites, photographs: count, self),
      offTopic: AutomaticThreshold.ofPhotographs(leaves.map(\.score), self),
      labelErrors: AutomaticThreshold.ofPhotographs(errors.map(\.score), self))
    let listing = PairListing(
      of: scan.closest, among: pairs, photographs: photographs, listing: self.pairs,
      threshold: thresholds.nearDuplicates)
    return AuditFindings(
      settings: .init(contamination: contamination, significance: significance), photographs: photographs,
      nearDuplicates: listing.pairs, horizons: listing.horizons,
      offTopic: leaves.enumerated().map { .init(rank: $0 + 1, score: $1.score, photograph: $1.row) },
      labelErrors: errors, thresholds: thresholds)
  }

  /// Returns the number of closest pairs to keep: enough for the threshold, beside as many equal photographs
  /// as there are, and to find those of each relation among them, as most are of one.
  private func pairsKept(of pairs: Int, photographs: Int) -> Int {
    min(pairs, max(AutomaticThreshold.pairsNeeded(pairs, self) + photographs, 100 * self.pairs))
  }

  /// Returns the memory of an audit in bytes: the features in single precision and, twice, in double; twice
  /// the pairs to keep; and what describes a photograph.
  func bytes(photographs: Int, columns: Int) -> Int {
    let (float, double) = (MemoryLayout<Float>.stride, MemoryLayout<Double>.stride)
    let pairs = photographs * max(0, photographs - 1) / 2
    let kept = pairsKept(of: pairs, photographs: photographs)
    return photographs * (columns * (2 * float + 2 * double) + 512)
      + (2 * kept + PairScan.distancesAtOnce) * MemoryLayout<ClosestPairs.Pair>.stride
  }
}

extension AuditFindings {
  /// Returns the labelled photographs with the lowest scores first; those with equal ones in the order of the
  /// dataset.
  fileprivate static func ranked(_ neighbors: [LabelNeighbors?]) -> [LabelError] {
    let scored = neighbors.enumerated().compactMap { row, neighbors in
      neighbors.flatMap { found in found.score.map { (row: row, found: found, score: $0) } }
    }
    let ordered = scored.sorted { ($0.score, $0.row) < ($1.score, $1.row) }
    return ordered.enumerated().compactMap { place, entry in
      entry.found.other.map {
        LabelError(
          rank: place + 1, score: entry.score, photograph: entry.row, other: $0.row,
          same: entry.found.same?.row)
      }
    }
  }
}

/// The closest pairs of each relation, of the closest of all.
private struct PairListing {
  let pairs: [AuditFindings.Pair]
  let horizons: [AuditFindings.Relation: Double]

  init(
    of closest: [ClosestPairs.Pair], among count: Int, photographs: [AuditFindings.Photograph],
    listing limit: Int, threshold: Double?
  ) {
    var pairs: [AuditFindings.Pair] = []
    var counts: [AuditFindings.Relation: Int] = [:]
    var horizons: [AuditFindings.Relation: Double] = [:]
    for (place, pair) in closest.enumerated() {
      let (first, second) = (photographs[Int(pair.first)], photographs[Int(pair.second)])
      let relation: AuditFindings.Relation =
        first.split != second.split ? .splits : first.patient == second.patient ? .patient : .patients
      guard counts[relation, default: 0] < limit || pair.distance < threshold ?? 0 else {
        if horizons[relation] == nil { horizons[relation] = pair.distance }
        continue
      }
      counts[relation, default: 0] += 1
      pairs.append(
        .init(
          rank: place + 1, score: pair.distance, first: Int(pair.first), second: Int(pair.second),
          relation: relation))
    }
    if closest.count < count, let last = closest.last {
      for relation in AuditFindings.Relation.allCases where horizons[relation] == nil {
        horizons[relation] = last.distance
      }
    }
    self.pairs = pairs
    self.horizons = horizons
  }
}
