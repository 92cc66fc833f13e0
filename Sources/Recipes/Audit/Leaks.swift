/// The distance below which two photographs count as alike.
public enum AlikeThreshold: Sendable, Equatable {
  /// The automatic threshold of the audit.
  case automatic
  /// A cosine distance, from 0 to 1.
  case distance(Double)
}

/// A photograph that was removed from a dataset because it looks like one of another split.
public struct RemovedPhotograph: Codable, Sendable, Equatable {
  /// The removed photograph.
  public let photograph: String
  public let split: Split
  /// The one that stays.
  public let kept: String
  public let keptSplit: Split
  /// The cosine distance of the two.
  public let distance: Double

  /// The reason in words.
  public var reason: String {
    "looks like \(kept) (\(keptSplit.rawValue)), at a distance of \(AuditError.text(distance))".printable
  }
}

// Near-duplicates in different splits, which let a score count photographs that the network has seen.
extension AuditFindings {
  /// The pairs of photographs in different splits that look alike.
  ///
  /// - Parameter threshold: The distance below which two photographs look alike.
  /// - Throws: `AuditError` if there is no such threshold, or the findings do not list all pairs below it.
  public func leaks(closerThan threshold: AlikeThreshold) throws(AuditError) -> [Pair] {
    let distance = try self.distance(of: threshold)
    return nearDuplicates.filter { $0.relation == .splits && $0.score < distance }
  }

  /// Checks that no photographs in different splits look alike.
  ///
  /// - Parameter threshold: The distance below which two photographs look alike.
  /// - Throws: `AuditError.leaks` with those that do, or another if the threshold cannot be used.
  public func refuseLeaks(closerThan threshold: AlikeThreshold) throws(AuditError) {
    let pairs = try leaks(closerThan: threshold)
    guard pairs.isEmpty else {
      throw .leaks(
        pairs: pairs.map { pair in
          let both = [pair.first, pair.second].map { photographs[$0] }
          return .init(photographs: both.map(\.id), splits: both.map(\.split), distance: pair.score)
        }, closerThan: try distance(of: threshold))
    }
  }

  /// Returns the dataset without the photographs that look like one in another split: those to train on, and
  /// those to validate on that look like one to test on.
  ///
  /// - Parameters:
  ///   - dataset: The dataset that was audited.
  ///   - threshold: The distance below which two photographs look alike.
  /// - Throws: `AuditError` as ``leaks(closerThan:)``; `DataError` if nothing remains.
  public func removingLeaks(
    from dataset: Dataset, closerThan threshold: AlikeThreshold
  ) throws -> (dataset: Dataset, removed: [RemovedPhotograph]) {
    var removed: [Int: RemovedPhotograph] = [:]
    // The closest first, so that the reason is the best one.
    for pair in try leaks(closerThan: threshold) {
      let firstIsTraining =
        AuditFindings.order(photographs[pair.first].split)
        < AuditFindings.order(photographs[pair.second].split)
      let (place, other) = firstIsTraining ? (pair.first, pair.second) : (pair.second, pair.first)
      if removed[place] != nil || removed[other] != nil { continue }
      let (own, kept) = (photographs[place], photographs[other])
      removed[place] = RemovedPhotograph(
        photograph: own.id, split: own.split, kept: kept.id, keptSplit: kept.split, distance: pair.score)
    }
    let names = Set(removed.values.map(\.photograph))
    let left = dataset.photographs.indices.filter { !names.contains(dataset.photographs[$0].id) }
    let remaining = try dataset.with(
      left.map { dataset.photographs[$0] }, splits: left.map { dataset.splits[$0] })
    return (remaining, removed.inKeyOrder.map(\.value))
  }

  private static func order(_ split: Split) -> Int { Split.allCases.firstIndex(of: split) ?? 0 }

  private func distance(of threshold: AlikeThreshold) throws(AuditError) -> Double {
    switch threshold {
    case .automatic:
      guard let automatic = thresholds.nearDuplicates else { throw .noThreshold }
      return automatic
    case .distance(let distance):
      if let listed = horizons[.splits], distance > listed {
        throw .beyondList(distance: distance, listed: listed)
      }
      return distance
    }
  }
}
