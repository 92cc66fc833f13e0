import Foundation
import Recipes
import Testing

struct LearningRateTests {
  private struct Case: Decodable {
    let name: String
    let batch: Int
    let rate: Double
    let scaling: String
    let peak: Double
    let warmupSteps: Int
    let totalSteps: Int
    let values: [[Double]]
  }

  @Test func asTheReference() throws {
    let file = try Data(contentsOf: Fixtures.url("schedule.json"))
    for row in try JSONDecoder().decode([Case].self, from: file) {
      let scaling = try #require(LearningRate.Scaling(rawValue: row.scaling))
      let schedule = Schedule.cosine(warmup: Double(row.warmupSteps) / Double(row.totalSteps))
      let rate = LearningRate(row.rate, schedule: schedule, scaling: scaling, batch: row.batch)
      #expect(agree([rate.peak], [row.peak]), "\(row.name)")
      for value in row.values {
        let found = rate.rate(at: Int(value[0]), of: row.totalSteps)
        #expect(agree([found], [value[1]]), "\(row.name), step \(value[0])")
      }
    }
  }

  // 50,000 images in batches of 512 for 1000 epochs, 10 of them to warm up.
  @Test(arguments: [(0, 0.0), (488, 1.0), (976, 2.0), (97_657, 0.0)])
  func warmUpIsAShareOfAllSteps(step: Int, expected: Double) {
    let rate = LearningRate(1, schedule: .cosine(warmup: 0.01), scaling: .linear, batch: 512)
    #expect(abs(rate.rate(at: step, of: 97_657) - expected) < 1e-12)
  }
}
