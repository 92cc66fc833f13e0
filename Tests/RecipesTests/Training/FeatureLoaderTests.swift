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

  private func pipeline(_ views: Views, search: Search? = nil) -> Pipeline {
    Pipeline("features") {
      Classifier(
        SmallClinic.encoder.frozen(), classes: 3, named: "head", views: views,
        optimizer: SGD(learningRate: 0.05), batch: 8, epochs: 3, search: search, averagingFlips: true)
    }
  }

  private func run(_ views: Views, on dataset: Dataset, search: Search? = nil) throws -> (Report, [Float]) {
    let folder = try ScratchFolder()
    let workers = Workers(count: 1)
    defer { workers.stop() }
    let report = try pipeline(views, search: search).run(
      on: dataset, in: RunFolder(folder.url), size: 16, seed: 4, workers: workers, page: nil,
      reporting: { _ in })
    return (report, try SafeTensors.read(report.stages[0].weights).tensor(named: "fc.weight").floats)
  }

  /// Three trainings of three epochs and their evaluations take each photograph once, besides those by which
  /// the data are checked.
  @Test func photographsAreReadOnce() throws {
    let readings = [Readings(), Readings()]
    let search = Search(learningRates: [0.01, 0.05, 0.1])
    let memory = try pipeline(.scored, search: search).memory(on: clinic(damaged: [], readings[0]), size: 16)
    #expect(memory.count == 1)
    _ = try run(.scored, on: clinic(damaged: [], readings[1]), search: search)
    let counts = readings.map { $0.counts.withLock { $0 } }
    #expect(counts[1].count == 54)
    #expect(counts[1].allSatisfy { $0.value == 1 + counts[0][$0.key, default: 0] })
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
    #expect(zip(weights, intact).contains { abs($0 - $1) > 1e-4 })
  }

  @Test func aStrictDatasetRefusesThem() throws {
    #expect(throws: DataError.self) { try run(.scored, on: clinic(damaged: ["P3-1"]).strict()) }
  }
}
