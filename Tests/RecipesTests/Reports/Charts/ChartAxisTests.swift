import Foundation
import Testing

@testable import Recipes

@Suite struct ChartAxisTests {
  @Test(arguments: [
    ([0.0, 1.0], [0, 0.2, 0.4, 0.6, 0.8, 1.0], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ([0.13, 4.84], [0, 1, 2, 3, 4, 5], ["0", "1", "2", "3", "4", "5"]),
    (
      [-0.031, 0.044], [-0.04, -0.02, 0, 0.02, 0.04, 0.06],
      ["−0.04", "−0.02", "0.00", "0.02", "0.04", "0.06"]
    ),
    ([1200, 8000], [0, 2000, 4000, 6000, 8000], ["0", "2000", "4000", "6000", "8000"]),
  ])
  func ticksAreRoundNumbersAroundTheValues(values: [Double], ticks: [Double], labels: [String]) {
    let scale = ChartAxis("loss").scale(covering: values)
    #expect(scale.ticks.count == ticks.count)
    for (found, expected) in zip(scale.ticks, ticks) { #expect(abs(found - expected) < 1e-9) }
    #expect(scale.labels == labels)
    #expect(scale.fraction(of: scale.low) == 0)
    #expect(scale.fraction(of: scale.high) == 1)
  }

  @Test(
    arguments: [
      [], [.nan, .infinity], [3, 3], [0, 0], [1e308, -1e308], [1e-300, 2e-300], [1e99, -1e99], [5],
      [1e15, 1e15 + 1],
    ] as [[Double]])
  func anyNumbersHaveAFiniteScale(values: [Double]) {
    for axis in [ChartAxis("a"), .fraction("b"), .count("c"), ChartAxis("d", isLogarithmic: true)] {
      let scale = axis.scale(covering: values)
      #expect(scale.low < scale.high)
      #expect(scale.ticks.count == scale.labels.count)
      #expect(scale.ticks.count <= 20)
      for value in values where axis.admits(value) {
        #expect((-1e-9...1 + 1e-9).contains(scale.fraction(of: value)))
      }
    }
  }

  @Test func epochsHaveNoFractions() {
    #expect(ChartAxis.count("epoch").scale(covering: [1, 3]).labels == ["1", "2", "3"])
    #expect(ChartAxis.count("epoch").scale(covering: [1, 20]).labels == ["5", "10", "15", "20"])
    #expect(ChartAxis.count("epoch").scale(covering: [1]).labels == ["0", "1", "2"])
  }

  @Test func aLogarithmicAxisHasEqualDecades() {
    let scale = ChartAxis("rate", isLogarithmic: true).scale(covering: [1e-5, 0.1])
    #expect(scale.labels == ["1e−05", "0.0001", "0.001", "0.01", "0.1"])
    #expect(abs(scale.fraction(of: 1e-3) - 0.5) < 1e-12)
    let short = ChartAxis("share", isLogarithmic: true).scale(covering: [0.01, 1])
    #expect(short.labels == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"])
  }

  @Test func numbersAreWrittenForPeople() {
    #expect(NumberFormat.decimals(3)(0.7306) == "0.731")
    #expect(NumberFormat.decimals(2)(-0.001) == "0.00")
    #expect(NumberFormat.signed(3)(0.0312) == "+0.031")
    #expect(NumberFormat.signed(3)(-0.0312) == "−0.031")
    #expect(NumberFormat.percent(1)(0.731) == "73.1 %")
    #expect(NumberFormat.digits(2)(3.14e-7) == "3.1e−07")
    #expect(NumberFormat.count(1_234_567) == "1,234,567")
    #expect(NumberFormat.count(999) == "999")
    #expect(NumberFormat.count(-1234) == "−1,234")
    #expect(NumberFormat.decimals(1)(.nan) == "–")
    #expect(NumberFormat.decimals(2)(Interval(value: 0.5, low: 0.25, high: 0.75)) == "0.50 [0.25, 0.75]")
    #expect(NumberFormat.decimals(2)(Interval(value: 0.5, low: .nan, high: .nan)) == "0.50")
  }
}
