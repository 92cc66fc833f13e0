/// How well a map keeps the neighbors of samples.
public struct NeighborPreservation {
  /// 1 unless what is near in the map is far in the features (Venna and Kaski 2001).
  public let trustworthiness: Double
  /// The mean share of a sample's neighbors that are its neighbors in the map.
  public let recall: Double

  /// Measures a map.
  ///
  /// - Parameters:
  ///   - map: The place of each sample.
  ///   - features: The features of each sample.
  ///   - count: The number of neighbors.
  public init(_ map: [SIMD2<Double>], of features: [[Float]], neighbors count: Int = 15) {
    func ranks(_ distance: (Int) -> Double, without own: Int) -> [Int] {
      map.indices.filter { $0 != own }.map { (distance($0), $0) }.sorted { $0 < $1 }.map(\.1)
    }
    var (penalty, shared) = (0, 0)
    for sample in map.indices {
      let inFeatures = ranks(
        { other in
          zip(features[sample], features[other]).reduce(0.0) { sum, pair in
            let offset = Double(pair.0 - pair.1)
            return sum + offset * offset
          }
        }, without: sample)
      let inMap = ranks(
        { other in
          let offset = map[sample] - map[other]
          return (offset * offset).sum()
        }, without: sample
      ).prefix(count)
      var rank = [Int](repeating: 0, count: map.count)
      for (place, other) in inFeatures.enumerated() { rank[other] = place + 1 }
      for other in inMap { penalty += max(0, rank[other] - count) }
      shared += inMap.count { rank[$0] <= count }
    }
    let (samples, neighbors) = (Double(map.count), Double(count))
    trustworthiness =
      1 - 2 * Double(penalty) / (samples * neighbors * (2 * samples - 3 * neighbors - 1))
    recall = Double(shared) / (samples * neighbors)
  }
}
