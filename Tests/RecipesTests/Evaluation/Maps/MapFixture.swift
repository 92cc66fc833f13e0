import Foundation
@testable import Recipes
import Testing

/// Features of pictures, and how well other libraries map them (Fixtures/make_map_fixtures.py).
struct MapFixture: Decodable {
  struct Scores: Decodable {
    let trustworthiness: Double
    let recall: Double
  }

  let dimensions: Int
  let pixels: Data
  let variances: [Double]
  let scores: [String: Scores]
  let tSNE: [[Double]]

  private enum CodingKeys: String, CodingKey {
    case dimensions, pixels, variances, scores
    case tSNE = "t-SNE"
  }

  static func load() throws -> MapFixture {
    let url = try #require(
      Bundle.module.url(forResource: "map", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(MapFixture.self, from: Data(contentsOf: url))
  }

  var features: Features {
    get throws { try Features(pixels.map { Float($0) }, dimensions: dimensions) }
  }
}

/// How well a map keeps the neighbors of samples.
struct NeighborPreservation {
  /// 1 unless what is near in the map is far in the features (Venna and Kaski 2001).
  let trustworthiness: Double
  /// The mean share of a sample's neighbors that are its neighbors in the map.
  let recall: Double

  init(_ map: [SIMD2<Double>], of features: Features, neighbors count: Int = 15) {
    let rows = features.normalized()
    func ranks(_ distance: (Int) -> Double, without own: Int) -> [Int] {
      map.indices.filter { $0 != own }.map { (distance($0), $0) }.sorted { $0 < $1 }.map(\.1)
    }
    var (penalty, shared) = (0, 0)
    for sample in map.indices {
      let inFeatures = ranks(
        { other in
          (0..<rows.dimensions).reduce(0.0) {
            let offset = Double(
              rows.values[sample * rows.dimensions + $1] - rows.values[other * rows.dimensions + $1])
            return $0 + offset * offset
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
