import Foundation
import Testing

@testable import Recipes

/// Features in memory and on disk.
struct FeatureTableTests {
  private let folder: PictureFolder
  private let encoder = LayerSequence([SmallClinic.encoder])

  init() throws { folder = try PictureFolder() }

  private func dataset(shorterSide: Int = 12) throws -> Dataset {
    let photographs = folder.pictures.map { file in
      Photograph(id: file.path, patient: file.path, label: 0, file: file)
    }
    return try Dataset(train: photographs, classes: ["a"], source: "test")
      .cached(in: folder.cacheFolder, shorterSide: shorterSide)
  }

  private func table(on dataset: Dataset, size: Int = 8, seed: UInt64 = 1) throws -> FeatureTable {
    let plan = try InferenceNetwork.Plan(encoder, size: size, channels: 3, workers: .shared)
    let weights = try StageWeights(initializing: plan.output.graph, seed: seed)
    return try FeatureTable(of: plan, weights, on: dataset, size: size, workers: .shared)
  }

  private func features(
    on dataset: Dataset? = nil, size: Int = 8, seed: UInt64 = 1, _ mirrorings: [Mirroring] = [.none]
  ) throws -> [[Float]] {
    let dataset = try dataset ?? self.dataset()
    let table = try table(on: dataset, size: size, seed: seed)
    let readable = try table.compute([0, 1, 2, 3], mirrorings)
    return readable.flatMap { photograph in
      mirrorings.map { table.features(of: photograph, $0) }
    }
  }

  @Test func featuresAreThoseOfTheEncoder() throws {
    let dataset = try dataset()
    let network = try InferenceNetwork(encoder, size: 8, channels: 3, workers: .shared)
    let weights = try StageWeights(
      initializing: InferenceNetwork.Plan(encoder, size: 8, channels: 3, workers: .shared).output.graph,
      seed: 1)
    network.load { weights[$0] }
    for (mirroring, across, down) in [
      (Mirroring.none, false, false), (.across, true, false), (.down, false, true), (.both, true, true),
    ] {
      let crops = try (0..<4).map { try dataset.image(at: $0).centerCropped(to: 8, fraction: 0.875) }
      let expected = network.rows(of: crops) { $0.flipped(horizontally: across, vertically: down) }
      #expect(try features([mirroring]).flatMap { $0 } == expected)
    }
  }

  /// A later run takes them from the disk: the pictures are no longer read.
  @Test func theyAreKept() throws {
    let expected = try features(Mirroring.allCases)
    #expect(Set(expected).count > 10)
    for picture in folder.pictures.indices { try folder.destroyUnnoticed(picture) }
    try folder.change(".pixels") { $0 = Data() }
    #expect(try features(Mirroring.allCases) == expected)
  }

  @Test func thoseOfAChangedPictureAreComputedAgain() throws {
    let before = try features()
    try folder.write(2, width: 14, height: 60, seed: 9)
    let after = try features()
    #expect(after[2] != before[2] && after[0] == before[0] && after[3] == before[3])
  }

  /// Another encoder, size of crops or preprocessing has features of its own.
  @Test func theyAreOfWhatTheyDependOn() throws {
    let dataset = try dataset()
    let all = try [
      features(on: dataset), features(on: dataset, seed: 2), features(on: dataset, size: 10),
      features(on: self.dataset(shorterSide: 10)),
    ]
    #expect(Set(all).count == 4)
    let identities = try [
      table(on: dataset), table(on: dataset, seed: 2), table(on: dataset, size: 10),
      table(on: self.dataset(shorterSide: 10)),
    ].map(\.identity)
    #expect(Set(identities).count == 4)
    #expect(try features(on: dataset) == all[0])
  }

  @Test(arguments: [".features", ".index"]) func damagedOnesAreComputedAgain(_ file: String) throws {
    let expected = try features()
    let name = try #require(folder.cacheFiles.first { $0.hasPrefix("features-") && $0.hasSuffix(file) })
    try folder.change(name) { $0[$0.count / 2] ^= 1 }
    #expect(try features() == expected)
  }

  /// What was computed before a run is ended is kept.
  @Test func anEndedComputationThrows() throws {
    struct End: Error {}
    #expect(throws: End.self) { try table(on: dataset()).compute([0]) { _, _ in throw End() } }
  }

  @Test func unreadablePhotographsHaveNone() throws {
    try Data("no picture".utf8).write(to: folder.pictures[1])
    let dataset = try dataset()
    let table = try table(on: dataset)
    var counts: [[Int]] = []
    #expect(try table.compute([0, 1, 3]) { counts.append([$0, $1]) } == [0, 3])
    #expect(counts == [[0, 3], [3, 3]])
    // There is nothing left to compute but what cannot be read.
    _ = try table.compute([0, 3]) { counts.append([$0, $1]) }
    #expect(counts.count == 2)
    #expect(!table.has(1) && table.has(3) && dataset.damaged.count == 1)
  }
}
