import Ops
import Recipes

/// Predictions of which each sample is of a patient of its own.
func predictions(_ scores: [[Float]], _ labels: [Int]) throws -> Predictions {
  try Predictions(
    scores: scores.flatMap(\.self), classes: scores[0].count, labels: labels,
    patients: labels.indices.map { "p\($0)" })
}

/// Predictions that are somewhat right, with many ties and several photographs per patient.
func randomPredictions(
  samples: Int, classes: Int, seed: UInt64, perPatient: Int = 3, skill: Double = 2
) throws -> Predictions {
  var random = CounterGenerator(seed: seed)
  let labels = (0..<samples).map { _ in Int.random(in: 0..<classes, using: &random) }
  let scores = labels.flatMap { label in
    (0..<classes).map { Float((random.uniform() * 10 + ($0 == label ? skill : 0)).rounded()) }
  }
  return try Predictions(
    scores: scores, classes: classes, labels: labels, patients: (0..<samples).map { "p\($0 / perPatient)" })
}
