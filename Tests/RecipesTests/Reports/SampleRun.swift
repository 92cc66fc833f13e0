import Foundation
import Ops

@testable import Recipes

/// The files of a run that nobody trained: plausible numbers, written in a moment.
///
///     let archive = try SampleRun().archive(in: scratch.url)
struct SampleRun {
  var name = "skin-micle"
  var classes = ["acne", "eczema", "melanoma", "nevus", "psoriasis"]
  var patients = 120
  var photographsPerPatient = 3
  /// The classifiers by name, with how far the score of the right class stands out.
  var branches: [(name: String, skill: Double)] = [
    ("no pretraining", 0.6), ("SimCLR", 1.4), ("SimCLR + MICLe", 2),
  ]
  var repetitions = 1
  var epochs = 20
  var seed: UInt64 = 7
  var settings = ["batch": "64", "epochs": "20", "size": "64", "temperature": "0.1"]
  var warnings: [(stage: String, text: String)] = [
    ("micle", "The loss is that of identical embeddings: a higher temperature or a lower rate may help.")
  ]
  /// What an earlier version did not write.
  var hasRecord = true
  var hasHistory = true
  var hasPhotographs = true

  /// Writes the files and reads them back.
  func archive(in folder: URL) throws -> RunArchive {
    try write(to: folder)
    return try RunArchive(in: folder)
  }

  /// Writes `results.json`, `history.jsonl`, `photographs.csv` and each classifier's predictions.
  func write(to folder: URL) throws {
    let scored = try stages.filter(\.isClassifier).map { ($0, try scores(of: $0)) }
    let tests = scored.compactMap { stage, scores in
      scores.part(of: .test).map { (name: stage.name, predictions: $0.predictions) }
    }
    let damaged = DamagedPhotograph(
      id: "images/broken.jpg",
      error: .unreadable(photograph: "images/broken.jpg", reason: "it ends in the middle of the picture"))
    let known = hasRecord ? record : nil
    let results =
      tests.isEmpty
      ? Results(of: known, seconds: 5432, seed: seed, damaged: [damaged])
      : try Results(evaluating: tests, seconds: 5432, seed: seed, damaged: [damaged], run: known)
    if hasRecord {
      for (stage, scores) in scored {
        try Data(scores.table.utf8).write(to: folder.appending(path: stage.predictions ?? ""))
      }
    }
    try results.write(to: folder.appending(path: "results.json"))
    if hasHistory { try history.write(to: folder.appending(path: "history.jsonl")) }
    if hasPhotographs { try Data(table.utf8).write(to: folder.appending(path: "photographs.csv")) }
  }

  struct Picture {
    let id: String
    let patient: String
    let split: Split
    let label: Int
    let isLabelled: Bool
    let attributes: [String]
  }

  /// Seven of ten patients train, of whom a third has no labels; the later classes are rarer.
  var photographs: [Picture] {
    (0..<patients).flatMap { patient -> [Picture] in
      var random = CounterGenerator(seed: seed, patient)
      let split: Split = patient % 20 < 14 ? .train : patient % 20 < 17 ? .validation : .test
      let label = min(
        Int(random.uniform() * random.uniform() * 1.6 * Double(classes.count)), classes.count - 1)
      let isLabelled = split != .train || random.uniform() < 0.66
      let attributes = [
        ["I", "II", "III", "IV", "V", "VI"][Int(random.uniform() * random.uniform() * 6)],
        random.uniform() < 0.52 ? "female" : "male",
        ["back", "face", "lower limb", ""][Int(random.uniform() * 4)],
      ]
      return (0..<photographsPerPatient).map { number in
        Picture(
          id: String(format: "images/%04d-%d.jpg", patient, number),
          patient: String(format: "P%04d", patient),
          split: split, label: label, isLabelled: isLabelled, attributes: attributes)
      }
    }
  }

  private static let attributes = ["fitzpatrick", "sex", "site"]

  private var table: String {
    CSV.text(
      of: [["photograph", "patient", "split", "label"] + SampleRun.attributes.map { "column:\($0)" }]
        + photographs.map { picture in
          [
            picture.id, picture.patient, picture.split.rawValue,
            picture.isLabelled ? classes[picture.label] : "",
          ]
            + picture.attributes
        })
  }

  /// Probabilities on validation and test: exponentials of noise, with the skill added for the right class.
  private func scores(of stage: RunRecord.Stage) throws -> ScoredPhotographs {
    let pictures = photographs.filter { $0.split != .train }
    let skill = branches.first { $0.name == stage.name }?.skill ?? 1
    let scores = pictures.enumerated().flatMap { place, picture -> [Float] in
      var random = CounterGenerator(seed: seed, stage.repetition, place)
      let weights = classes.indices.map { label in
        exp(skill * (label == picture.label ? 1.4 : 0) + 2.4 * (random.uniform() + random.uniform() - 1))
      }
      return weights.map { Float($0 / weights.reduce(0, +)) }
    }
    return try ScoredPhotographs(
      Predictions(
        scores: scores, classes: classes.count, labels: pictures.map(\.label),
        patients: pictures.map(\.patient)),
      of: pictures.map(\.id), splits: pictures.map(\.split), classes: classes)
  }
}
