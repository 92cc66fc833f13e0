import Recipes
import Testing

@Suite struct TopAccuracyTests {
  @Test(arguments: [(1, 0.25), (2, 0.5), (3, 0.75), (4, 1)])
  func countsLabelsAmongTheHighest(k: Int, expected: Double) throws {
    let predictions = try predictions(
      [[4, 3, 2, 1], [4, 3, 2, 1], [4, 3, 2, 1], [4, 3, 2, 1]], [0, 1, 2, 3])
    #expect(TopAccuracy(predictions, k: k).value == expected)
  }

  @Test(arguments: [(1, 0.0), (3, 0), (4, 1)])
  func aConstantClassifierEarnsNothing(k: Int, expected: Double) throws {
    let predictions = try predictions(
      [[Float]](repeating: [1, 1, 1, 1], count: 8), [0, 1, 2, 3, 0, 1, 2, 3])
    #expect(TopAccuracy(predictions, k: k).value == expected)
  }

  @Test func countsRepeatedSamples() throws {
    let metric = TopAccuracy(try predictions([[1, 0], [1, 0], [0, 1]], [0, 1, 1]), k: 1)
    #expect(metric.value == 2.0 / 3)
    #expect(metric.value(counting: [1, 3, 0]) == 0.25)
    #expect(metric.value(counting: [0, 0, 0]) == nil)
  }
}
