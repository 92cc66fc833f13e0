import Recipes
import Testing

@Suite struct F1Tests {
  @Test func averagesTheHarmonicMeansOfPrecisionAndSensitivity() throws {
    // Class 0: 2 hits, 1 missed, 1 too many: 4 / 6. Class 1: 1 hit, 1 missed, 1 too many: 2 / 4. Class 2:
    // nothing.
    let predictions = try predictions(
      [[1, 0, 0], [1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0]], [0, 0, 0, 1, 1])
    let classes: [Double] = [4.0 / 6, 2.0 / 4]
    #expect(ClassAverage(.f1, of: predictions).value == (classes[0] + classes[1]) / 2)
    // Without the misses both classes are perfect; with a miss alone neither has a hit.
    #expect(ClassAverage(.f1, of: predictions).value(counting: [1, 2, 0, 0, 1]) == 1)
    #expect(ClassAverage(.f1, of: predictions).value(counting: [0, 0, 1, 0, 0]) == 0)
    #expect(ClassAverage(.f1, of: predictions).value(counting: [0, 0, 0, 0, 0]) == nil)
  }

  @Test func countingIsRepeating() throws {
    let some = try randomPredictions(samples: 40, classes: 5, seed: 2)
    let times = some.labels.indices.map { ($0 * 7) % 3 }
    let places = times.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
    let repeated = try predictions(
      places.map { Array(some.scores[(5 * $0)..<(5 * $0 + 5)]) }, places.map { some.labels[$0] })
    #expect(ClassAverage(.f1, of: some).value(counting: times) == ClassAverage(.f1, of: repeated).value)
  }

  @Test func aTieIsAMiss() throws {
    #expect(ClassAverage(.f1, of: try predictions([[1, 1], [1, 1]], [0, 1])).value == 0)
  }
}
