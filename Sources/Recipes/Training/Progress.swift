import Foundation

/// The log lines of a run.
struct Progress {
  let stage: String
  let epochs: Int
  let collapse: Double?
  let log: (String) -> Void

  /// Returns the line of an epoch.
  ///
  /// - Parameters:
  ///   - images: The images processed in this run, in `seconds`; an earlier run may have trained a part of
  ///     the epoch.
  func epoch(
    _ epoch: Int, loss: Double, spread: EmbeddingSpread?, accuracy: RepresentationAccuracy?,
    validation: Double?, learningRate: Double, images: Int, seconds: Double
  ) {
    var parts = [
      "\(stage)  epoch \(epoch)/\(epochs)", "loss " + String(format: "%.3f", loss),
    ]
    if let collapse { parts[1] += String(format: " (collapse %.3f)", collapse) }
    if let spread { parts.append(spread.summary) }
    if let accuracy { parts.append("kNN \(accuracy.summary)") }
    if let validation { parts.append(String(format: "validation %.3f", validation)) }
    parts.append("rate " + String(format: "%.2g", learningRate))
    if images > 0 {
      parts.append(String(format: "%.0f images/s", Double(images) / max(seconds, 1e-9)))
      parts.append(String(format: "%.1f s", seconds))
    }
    log(parts.joined(separator: "  "))
  }

  func beforeTraining(accuracy: RepresentationAccuracy, isRandom: Bool) {
    let weights = isRandom ? "random weights" : "the earlier stage's weights"
    log("\(stage)  before training  kNN \(accuracy.summary) with \(weights)")
  }

  func afterTraining(probe: RepresentationAccuracy) {
    log("\(stage)  linear probe on validation \(probe.summary)")
  }

  func checksNumerics() {
    log("\(stage)  every number is checked (LOUPE_CHECK=numerics), which takes longer")
  }

  func warning(_ sentence: String) { log("\(stage)  \(sentence)") }
}
