import Synchronization
import Testing

@testable import Recipes

struct FeatureLoaderTests {
  private struct Damage: Error, CustomStringConvertible { let description = "no picture" }

  private final class Readings: Sendable {
    let counts = Mutex<[String: Int]>([:])
  }

  private func clinic(damaged: Set<String> = [], _ readings: Readings = Readings()) throws -> Dataset {
    let whole = try SmallClinic.dataset()
    func photographs(_ split: Split) throws -> [Photograph] {
      try whole.photographs.indices.filter { whole.splits[$0] == split }.map { index in
        let (known, image) = (whole.photographs[index], try whole.image(at: index))
        return Photograph(id: known.id, patient: known.patient, label: known.label) {
          readings.counts.withLock { $0[known.id, default: 0] += 1 }
          if damaged.contains(known.id) { throw Damage() }
          return image
        }
      }
    }
    return try Dataset(
      train: photographs(.train), validation: photographs(.validation), test: photographs(.test),
      classes: whole.classes, source: "test")
  }

  private func run(_ views: Views, on dataset: Dataset, search: Search? = nil) throws -> (Report, [Float]) {
    let folder = try ScratchFolder()
    let workers = Workers(count: 1)
    defer { workers.stop() }
    let pipeline = Pipeline("features") {
      Classifier(
        SmallClinic.encoder.frozen(), classes: 3, named: "head", views: views,
        optimizer: SGD(learningRate: 0.5), batch: 8, epochs: 3, search: search, averagingFlips: true)
    }
    let report = try pipeline.run(
      on: dataset, in: RunFolder(folder.url), size: 16, seed: 4, workers: workers, page: nil,
      reporting: { _ in })
    return (report, try SafeTensors.read(report.stages[0].weights).tensor(named: "fc.weight").floats)
  }

  /// Three trainings of three epochs and their evaluations take each photograph once; that the data are
  /// checked takes the first of some splits besides.
  @Test func photographsAreReadOnce() throws {
    let readings = Readings()
    _ = try run(.scored, on: clinic(damaged: [], readings), search: Search(learningRates: [0.1, 0.5, 1]))
    let counts = readings.counts.withLock { $0 }
    #expect(counts.count == 54)
    #expect(counts.values.filter { $0 > 1 }.count <= 3 && counts.values.max() ?? 0 <= 4)
  }

  /// A substitute's features are those that its view would have.
  @Test func damagedPhotographsHaveSubstitutes() throws {
    let damaged: Set = ["P0-0", "P3-1", "P4-0", "P4-1", "P101-0", "P201-1", "P203-0", "P203-1"]
    let drawn = Views(1) {
      CenterCrop(); RandomFlip(horizontal: 0)
    }
    let (report, weights) = try run(.scored, on: clinic(damaged: damaged))
    let (other, otherWeights) = try run(drawn, on: clinic(damaged: damaged))
    #expect(zip(weights, otherWeights).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(Set(report.damaged.map(\.id)) == damaged && report.damaged == other.damaged)
    #expect(report.results?.branches == other.results?.branches)
    // They matter.
    let (_, intact) = try run(.scored, on: clinic())
    #expect(zip(weights, intact).contains { abs($0 - $1) > 1e-3 })
  }

  @Test func aStrictDatasetRefusesThem() throws {
    #expect(throws: DataError.self) { try run(.scored, on: clinic(damaged: ["P3-1"]).strict()) }
  }
}
