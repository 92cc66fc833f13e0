import Foundation
import Ops
import Recipes
import Testing

@Suite struct CalibrationTests {
  /// Labels drawn from random probabilities, which are then sharpened: `softmax(factor * log p)`.
  private func simulated(_ samples: Int, sharpened factor: Double = 1, perPatient: Int = 2) throws
    -> Predictions
  {
    var random = CounterGenerator(seed: 11)
    var (scores, labels): ([Float], [Int]) = ([], [])
    for _ in 0..<samples {
      let logits = (0..<4).map { _ in 1.5 * random.normal() }
      func softmax(_ factor: Double) -> [Double] {
        let exponentials = logits.map { exp(factor * $0) }
        return exponentials.map { $0 / exponentials.reduce(0, +) }
      }
      var (draw, label) = (random.uniform(), 0)
      for (one, probability) in softmax(1).enumerated() where label == one && one < 3 {
        if draw >= probability { label += 1 }
        draw -= probability
      }
      labels.append(label)
      scores += softmax(factor).map { Float($0) }
    }
    return try Predictions(
      scores: scores, classes: 4, labels: labels, patients: labels.indices.map { "\($0 / perPatient)" })
  }

  @Test func trueProbabilitiesAreCalibrated() throws {
    let calibrated = try #require(CalibrationError(try simulated(20_000)).value)
    #expect(calibrated < 0.015)
    let sharpened = try #require(CalibrationError(try simulated(20_000, sharpened: 3)).value)
    #expect(sharpened > 0.1)
    #expect(try #require(CalibrationError(classwise: try simulated(20_000)).value) < 0.01)
  }

  @Test(arguments: [0.5, 1, 2.5])
  func findsTheTemperature(factor: Double) throws {
    let predictions = try simulated(20_000, sharpened: factor)
    let scaling = try #require(TemperatureScaling(fitting: predictions))
    #expect(abs(scaling.temperature / factor - 1) < 0.03)
    let scaled = scaling(predictions)
    #expect(try #require(CalibrationError(scaled).value) < 0.015)
    #expect(TopAccuracy(scaled, k: 1).value == TopAccuracy(predictions, k: 1).value)
    // It is the best: the loss is higher on both sides, by more than rounding.
    let loss = try #require(LogLoss(scaled).value)
    for other in [0.97, 1.03] {
      let worse = TemperatureScaling(temperature: scaling.temperature * other)(predictions)
      #expect(try #require(LogLoss(worse).value) > loss + 1e-6)
    }
    let again = try #require(TemperatureScaling(fitting: scaled))
    #expect(abs(again.temperature - 1) < 1e-5)  // scaled probabilities are rounded to Float
  }

  @Test func temperaturesAreBounded() throws {
    let right = try predictions([[0.75, 0.25], [0.25, 0.75]], [0, 1])
    let wrong = try predictions([[0.75, 0.25], [0.25, 0.75]], [1, 0])
    let uniform = try predictions([[0.5, 0.5], [0.5, 0.5]], [1, 0])
    let zeros = try predictions([[Float]](repeating: [1, 0], count: 5), [1, 0, 0, 0, 0])
    #expect(abs(try #require(TemperatureScaling(fitting: right)).temperature - 0.01) < 1e-9)
    #expect(abs(try #require(TemperatureScaling(fitting: wrong)).temperature - 100) < 1e-6)
    #expect(TemperatureScaling(fitting: uniform)?.temperature == 1)
    // One wrong of five: of the logit of the smallest number, 149 ln 2, that of odds of four is left, 2 ln 2.
    #expect(abs(try #require(TemperatureScaling(fitting: zeros)).temperature - 74.5) < 1e-8)
    #expect(TemperatureScaling(fitting: try predictions([[1], [1]], [0, 0]))?.temperature == 1)
    #expect(TemperatureScaling(fitting: try predictions([[.nan, 1]], [0])) == nil)
  }

  @Test func isStoredAsAFile() throws {
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "a.calibration.json")
    let calibration = try #require(Calibration(on: try simulated(200)))
    #expect(calibration.photographs == 200 && calibration.patients == 100)
    try calibration.write(to: file)
    #expect(try Calibration(contentsOf: file) == calibration)
    let text = try String(contentsOf: file, encoding: .utf8)
    for wrong in [
      "{}", text.replacingOccurrences(of: "\"coverage\" : 0.9", with: "\"coverage\" : 2"),
      text.replacingOccurrences(of: "\"temperature\" : ", with: "\"temperature\" : -"),
    ] {
      try Data(wrong.utf8).write(to: file)
      #expect(throws: FileError.self) { try Calibration(contentsOf: file) }
    }
  }
}
