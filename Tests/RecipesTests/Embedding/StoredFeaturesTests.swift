import Foundation
import Testing

@testable import Recipes

/// Searches among stored features.
struct StoredFeaturesTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func write(_ rows: [[Float]], as name: String = "features.npy") throws -> URL {
    let file = folder.url.appending(path: name)
    let writer = try FeatureWriter(file, dimensions: rows[0].count)
    for (place, row) in rows.enumerated() { try writer.append(row, of: "=\(place), a.jpg") }
    try writer.finish()
    return file
  }

  private func rows(_ count: Int, _ columns: Int, seed: UInt64) -> [[Float]] {
    let values = numbers(count * columns, seed: seed).map { Float($0) }
    return (0..<count).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
  }

  /// The search, in blocks and on threads, is the sort of all similarities.
  @Test(arguments: ["features.npy", "features.safetensors"]) func findsTheNearest(name: String) throws {
    let (candidates, queries) = (rows(9000, 5, seed: 1), rows(7, 5, seed: 2))
    let stored = try StoredFeatures(contentsOf: write(candidates, as: name))
    #expect(stored.images.count == 9000 && stored.images[3] == "=3, a.jpg" && stored.dimensions == 5)
    let found = try stored.nearest(
      to: Features(queries.flatMap { $0 }, dimensions: 5), count: 6, workers: Workers(count: 2))
    for (query, neighbors) in zip(queries, found) {
      func cosine(_ a: [Float], _ b: [Float]) -> Double {
        func product(_ a: [Float], _ b: [Float]) -> Double {
          zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        return product(a, b) / (product(a, a) * product(b, b)).squareRoot()
      }
      let all = candidates.map { cosine($0, query) }
      let order = all.indices.sorted { all[$0] > all[$1] }.prefix(6)
      #expect(neighbors.map(\.image) == order.map { "=\($0), a.jpg" })
      for (neighbor, place) in zip(neighbors, order) {
        #expect(abs(neighbor.similarity - all[place]) < 1e-12)
      }
    }
  }

  @Test func tiesGoToTheEarlier() throws {
    let stored = try StoredFeatures(contentsOf: write([[1, 0], [0, 1], [2, 0], [3, 0]]))
    let found = try stored.nearest(to: Features([1, 0], dimensions: 2), count: 10)
    #expect(found[0].map(\.image) == ["=0, a.jpg", "=2, a.jpg", "=3, a.jpg", "=1, a.jpg"])
  }

  @Test func blocksGiveWhatOneGives() throws {
    let candidates = rows(100, 3, seed: 3).map { $0.map { $0.rounded() } }  // with ties
    let queries = try Features(rows(5, 3, seed: 4).flatMap { $0 }, dimensions: 3)
    var (whole, parts) = (CosineSearch(for: queries, count: 9), CosineSearch(for: queries, count: 9))
    whole.add(try Features(candidates.flatMap { $0 }, dimensions: 3), workers: Workers(count: 1))
    for start in stride(from: 0, to: 100, by: 7) {
      let part = candidates[start..<min(start + 7, 100)].flatMap { $0 }
      parts.add(try Features(part, dimensions: 3), workers: Workers(count: 2))
    }
    #expect(parts.nearest == whole.nearest)
  }

  @Test func otherDimensionsAreRefused() throws {
    let stored = try StoredFeatures(contentsOf: write([[1, 0]]))
    #expect(throws: EvaluationError.differentDimensions(test: 3, training: 2)) {
      try stored.nearest(to: Features([1, 0, 0], dimensions: 3), count: 1)
    }
  }

  @Test func damagedFilesAreRefused() throws {
    let file = try write([[1, 0], [0, 1]])
    let whole = try Data(contentsOf: file)
    for bytes in [whole.dropLast(), whole + [0], Data("text".utf8), Data(), whole.prefix(128)] {
      try bytes.write(to: file)
      #expect(throws: FileError.self) { try StoredFeatures(contentsOf: file) }
    }
    try whole.write(to: file)
    try Data("image\na.jpg\n".utf8).write(to: FeatureFormat.images(of: file))
    let error = try #require(throws: FileError.self) { try StoredFeatures(contentsOf: file) }
    #expect("\(error)".contains("it lists 1 photographs, and features.npy has 2 rows"))
    try FileManager.default.removeItem(at: FeatureFormat.images(of: file))
    #expect(throws: FileError.self) { try StoredFeatures(contentsOf: file) }
  }
}
