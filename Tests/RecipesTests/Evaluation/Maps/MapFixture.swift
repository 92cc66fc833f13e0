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

extension Features {
  /// The features of each sample, L2-normalized.
  var normalizedRows: [[Float]] {
    let values = normalized().values
    return stride(from: 0, to: values.count, by: dimensions).map { Array(values[$0..<$0 + dimensions]) }
  }
}
