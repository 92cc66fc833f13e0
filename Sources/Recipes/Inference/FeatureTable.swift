import Foundation
import Ops

/// The features of photographs by an encoder that is not trained, each computed once: of their center crops,
/// and of the mirror images of these. What heads are trained and scored on.
///
/// If the dataset has a cache, they are kept in it, by what they depend on: the encoder's layers and weights,
/// the size of crops, the preprocessing of photographs, the state of their files and, as the same weights are
/// to give the same bits, the program.
final class FeatureTable {
  /// The number of features of a photograph.
  let columns: Int
  /// The hash of everything that the features depend on besides the photographs.
  let identity: String

  private let dataset: Dataset
  private let size: Int
  private let workers: Workers
  private let network: InferenceNetwork
  private let cache: FeatureCache?
  private var rows: [Row: [Float]] = [:]

  private struct Row: Hashable {
    let photograph: Int
    let mirroring: Mirroring
  }

  /// The bytes of a row besides its numbers.
  private static let overhead = 96

  /// Returns the bytes of some rows.
  static func bytes(rows: Int, columns: Int) -> Int {
    rows * (columns * MemoryLayout<Float>.stride + overhead)
  }

  /// Creates a table without rows.
  ///
  /// - Parameters:
  ///   - encoder: The encoder, compiled.
  ///   - weights: Weights that include its own.
  ///   - size: The side of crops in pixels.
  /// - Throws: `MemoryShortage` or, from the system, `OutOfMemory` if there is too little memory for the
  ///   encoder.
  init(
    of encoder: InferenceNetwork.Plan, _ weights: StageWeights, on dataset: Dataset, size: Int,
    workers: Workers
  ) throws {
    identity = FeatureTable.identity(of: encoder, weights, on: dataset, size: size)
    (self.dataset, self.size, self.workers) = (dataset, size, workers)
    network = try InferenceNetwork(encoder)
    network.load { weights[$0] }
    columns = network.columns
    let (identity, columns) = (identity, columns)
    cache = dataset.cache.map { FeatureCache(beside: $0, of: identity, columns: columns) }
  }

  /// Returns the hash of everything that features depend on besides the photographs.
  static func identity(
    of encoder: InferenceNetwork.Plan, _ weights: StageWeights, on dataset: Dataset, size: Int
  ) -> String {
    var hash = ContentHash()
    hash.combine(nodesOf: encoder.output.graph)
    for variable in encoder.output.graph.variables {
      hash.combine(variable.path)
      weights[variable].withUnsafeBytes { hash.combine($0) }
    }
    hash.combine(size)
    hash.combine(dataset.channels)
    hash.combine(dataset.preparation.version)
    hash.combine(dataset.preparation.shorterSide ?? 0)
    hash.combine(Provenance.current.text)
    return hash.text
  }

  /// Why new features are not kept on disk, in one sentence, or nil if they are.
  var limitation: String? { cache?.limitation }

  /// Returns whether a photograph's features are there.
  func has(_ photograph: Int) -> Bool { rows[Row(photograph: photograph, mirroring: .none)] != nil }

  /// The features of a photograph, or of its mirror image; none unless they have been computed.
  func features(of photograph: Int, _ mirroring: Mirroring = .none) -> [Float] {
    rows[Row(photograph: photograph, mirroring: mirroring)] ?? []
  }

  /// Computes the features of photographs that are neither there nor in the cache.
  ///
  /// - Parameters:
  ///   - photographs: Their indices.
  ///   - mirrorings: The photographs' mirror images.
  ///   - progress: Receives the number of photographs that are done, before each batch and at the end, and of
  ///     all to compute; what it throws ends the computation.
  /// - Returns: Those that can be read.
  /// - Throws: `DataError` if one of a strict dataset cannot be read; what `progress` throws.
  @discardableResult
  func compute(
    _ photographs: [Int], _ mirrorings: [Mirroring] = [.none],
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws -> [Int] {
    let unknown = photographs.filter { photograph in !isKnown(photograph, mirrorings) }
    var unreadable: Set<Int> = []
    for start in stride(from: 0, to: unknown.count, by: InferenceNetwork.usualBatch) {
      try progress(start, unknown.count)
      let part = Array(unknown[start..<min(start + InferenceNetwork.usualBatch, unknown.count)])
      let stamps = part.map { file(of: $0).flatMap { try? FileStamp(of: $0.path) } }
      let (readable, images) = try dataset.scored(part, size: size, workers: workers)
      unreadable.formUnion(Set(part).subtracting(readable))
      let stamp = Dictionary(zip(part, stamps)) { first, _ in first }
      for mirroring in mirrorings {
        let values = network.rows(of: images, mirroring.applied(to:))
        for (place, photograph) in readable.enumerated() {
          let row = Array(values[place * columns..<(place + 1) * columns])
          rows[Row(photograph: photograph, mirroring: mirroring)] = row
          if let file = file(of: photograph), let stamp = stamp[photograph] ?? nil {
            cache?.keep(row, of: file, stamp, mirroring)
          }
        }
      }
    }
    if !unknown.isEmpty { try progress(unknown.count, unknown.count) }
    return photographs.filter { !unreadable.contains($0) }
  }

  // Returns whether the rows of a photograph are there, or in the cache, from which they are taken.
  private func isKnown(_ photograph: Int, _ mirrorings: [Mirroring]) -> Bool {
    mirrorings.allSatisfy { mirroring in
      let row = Row(photograph: photograph, mirroring: mirroring)
      if rows[row] != nil { return true }
      guard let file = file(of: photograph), let known = cache?.features(of: file, mirroring) else {
        return false
      }
      rows[row] = known
      return true
    }
  }

  private func file(of photograph: Int) -> URL? {
    guard case .file(let file) = dataset.photographs[photograph].content.origin else { return nil }
    return file
  }
}
