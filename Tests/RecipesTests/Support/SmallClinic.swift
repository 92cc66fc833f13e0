import Foundation
import Recipes
import TestSupport

/// A dataset, a pipeline and a folder that are small enough to run in a test.
struct SmallClinic {
  static let encoder = ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 4), stem: .small)

  /// Patients of three classes with two photographs each, whose stripes tell the class.
  ///
  /// Attributes say whether every second or third column is bright, and the distance of the bright ones; of
  /// every sixth patient nothing is said, and of each fifth photograph not the first.
  static func dataset(patients: Int = 12, labelled: Int = 12) throws -> Dataset {
    func photographs(_ patient: Int, isLabelled: Bool) -> [Photograph] {
      (0..<2).map { shot in
        var generator = CounterGenerator(seed: 3, patient, shot)
        let period = 2 + patient % 3
        var pixels = generator.uniforms(16 * 16 * 3)
        for place in pixels.indices {
          pixels[place] = pixels[place] * 0.4 + ((place / 3) % period == 0 ? 0.5 : 0)
        }
        return Photograph(
          id: "P\(patient)-\(shot)", patient: "P\(patient)", label: isLabelled ? patient % 3 : nil,
          attributes: attributes(period, of: 2 * patient + shot),
          image: Image(width: 16, height: 16, pixels: pixels))
      }
    }
    func group(_ range: Range<Int>, labelled: Int = .max) -> [Photograph] {
      range.flatMap { photographs($0, isLabelled: $0 - range.lowerBound < labelled) }
    }
    return try Dataset(
      train: group(0..<patients, labelled: labelled), validation: group(100..<106),
      test: group(200..<209), classes: ["a", "b", "c"], source: "test")
  }

  private static func attributes(_ period: Int, of photograph: Int) -> [String: String] {
    if photograph / 2 % 6 == 5 { return [:] }
    var attributes = ["Third": period == 3 ? "yes" : "no", "period": "\(period)"]
    if photograph % 5 != 0 { attributes["second"] = period == 2 ? "1" : "0.0" }
    return attributes
  }

  /// SimCLR, MICLe and two classifiers.
  static func pipeline(
    temperature: Double = 0.1, epochs: Int = 2, rate: Double = 0.05, chunk: Int? = nil
  ) -> Pipeline {
    Pipeline("small") {
      let head = ProjectionHead(hidden: [8], output: 8)
      let views = Views(2) {
        RandomResizedCrop(area: 0.5...1); RandomFlip()
      }
      let simclr = SimCLR(
        encoder, views: views, head: head, optimizer: SGD(learningRate: rate), scaling: .none, batch: 8,
        chunk: chunk, epochs: epochs)
      let micle = MICLe(
        encoder, after: simclr, views: views, head: head, loss: NTXent(temperature: .constant(temperature)),
        optimizer: SGD(learningRate: 0.05), batch: 4, epochs: 1)
      Classifier(encoder, classes: 3, named: "no pretraining", batch: 8, epochs: 1)
      Classifier(encoder, classes: 3, named: "SimCLR + MICLe", after: micle, batch: 8, epochs: 1)
    }
  }

  /// What a run printed.
  final class Log {
    private(set) var lines: [String] = []
    func note(_ event: RunEvent) { if let line = event.line { lines.append(line) } }
  }
}
